package dev.backout.flag.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backout.flag.Evaluation;
import dev.backout.flag.Flags;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** OpenFeature's remote evaluation protocol. */
@RestController
class OfrepApi {

	private final Flags flags;

	OfrepApi(Flags flags) {
		this.flags = flags;
	}

	/**
	 * The question.
	 *
	 * @param context attributes of whoever asks; {@code targetingKey} says who that is
	 */
	record Question(@Nullable Map<String, Object> context) {

		@Nullable String targetingKey() {
			var key = (this.context != null) ? this.context.get("targetingKey") : null;
			return (key != null) ? key.toString() : null;
		}

	}

	@PostMapping("/ofrep/v1/evaluate/flags/{key}")
	ResponseEntity<Map<String, Object>> one(@PathVariable String key,
			@RequestBody(required = false) @Nullable Question question) {
		try {
			return ResponseEntity.ok(answer(this.flags.evaluate(key, targetingKey(question))));
		}
		catch (Rejected ex) {
			var unknown = ex.code().equals("flag.unknown");
			return ResponseEntity.status(unknown ? HttpStatus.NOT_FOUND : HttpStatus.BAD_REQUEST)
				.body(failure(key, ex));
		}
	}

	@PostMapping("/ofrep/v1/evaluate/flags")
	ResponseEntity<Map<String, Object>> all(@RequestBody(required = false) @Nullable Question question,
			@RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String known) {
		var tag = "\"%s\""
			.formatted(Digests.sha256Hex(this.flags.revision() + '\0' + targetingKey(question)).substring(0, 32));
		if (tag.equals(known)) {
			return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(tag).build();
		}
		var answers = new ArrayList<Map<String, Object>>();
		for (var flag : this.flags.all()) {
			try {
				answers.add(answer(this.flags.evaluate(flag.key(), targetingKey(question))));
			}
			catch (Rejected ex) {
				answers.add(failure(flag.key(), ex));
			}
		}
		return ResponseEntity.ok().eTag(tag).body(Map.of("flags", List.copyOf(answers)));
	}

	@ExceptionHandler
	ResponseEntity<Map<String, Object>> unreadable(HttpMessageNotReadableException ex) {
		return ResponseEntity.badRequest()
			.body(Map.of("errorCode", "PARSE_ERROR", "errorDetails",
					"The body must be {\"context\": {\"targetingKey\": \"...\"}}"));
	}

	private static @Nullable String targetingKey(@Nullable Question question) {
		return (question != null) ? question.targetingKey() : null;
	}

	private static Map<String, Object> answer(Evaluation evaluation) {
		var answer = new LinkedHashMap<String, Object>();
		answer.put("key", evaluation.key());
		answer.put("value", evaluation.value());
		answer.put("variant", evaluation.variant());
		answer.put("reason", evaluation.reason());
		return answer;
	}

	private static Map<String, Object> failure(String key, Rejected ex) {
		var code = switch (ex.code()) {
			case "flag.unknown" -> "FLAG_NOT_FOUND";
			case "flag.targeting-key-missing" -> "TARGETING_KEY_MISSING";
			default -> "GENERAL";
		};
		return Map.of("key", key, "errorCode", code, "errorDetails", ex.reason());
	}

}
