package dev.backout.flag.web;

import java.util.List;
import java.util.Optional;

import dev.backout.flag.Evaluation;
import dev.backout.flag.Flag;
import dev.backout.flag.FlagType;
import dev.backout.flag.Flags;
import dev.backout.flag.Stage;
import dev.backout.flag.Toggle;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/** What an OpenFeature provider sees. */
class OfrepApiTests {

	String revision = "1";

	final MockMvc mvc = MockMvcBuilders.standaloneSetup(new OfrepApi(new FakeFlags())).build();

	@Test
	void oneFlag() throws Exception {
		this.mvc
			.perform(post("/ofrep/v1/evaluate/flags/half").contentType(MediaType.APPLICATION_JSON)
				.content("{\"context\": {\"targetingKey\": \"ann\", \"plan\": {\"deep\": [1]}}}"))
			.andExpect(status().isOk())
			.andExpect(content().json("{key: half, value: true, variant: on, reason: SPLIT}", true));
	}

	@Test
	void errorsInTheProtocolsWords() throws Exception {
		this.mvc.perform(post("/ofrep/v1/evaluate/flags/none").contentType(MediaType.APPLICATION_JSON).content("{}"))
			.andExpect(status().isNotFound())
			.andExpect(jsonPath("$.errorCode").value("FLAG_NOT_FOUND"));
		this.mvc.perform(post("/ofrep/v1/evaluate/flags/half").contentType(MediaType.APPLICATION_JSON).content("{}"))
			.andExpect(status().isBadRequest())
			.andExpect(jsonPath("$.errorCode").value("TARGETING_KEY_MISSING"));
		this.mvc.perform(post("/ofrep/v1/evaluate/flags/half").contentType(MediaType.APPLICATION_JSON).content("{nope"))
			.andExpect(status().isBadRequest())
			.andExpect(jsonPath("$.errorCode").value("PARSE_ERROR"));
	}

	@Test
	void allFlagsWithATagThatFollowsStateAndUser() throws Exception {
		var tag = tag("ann");

		this.mvc.perform(all("ann").header(HttpHeaders.IF_NONE_MATCH, tag)).andExpect(status().isNotModified());
		this.mvc.perform(all("ben").header(HttpHeaders.IF_NONE_MATCH, tag))
			.andExpect(status().isOk())
			.andExpect(jsonPath("$.flags[0].key").value("half"));
		this.revision = "2";
		this.mvc.perform(all("ann").header(HttpHeaders.IF_NONE_MATCH, tag))
			.andExpect(status().isOk())
			.andExpect(header().exists(HttpHeaders.ETAG));
	}

	private String tag(String user) throws Exception {
		return String.valueOf(this.mvc.perform(all(user)).andReturn().getResponse().getHeader(HttpHeaders.ETAG));
	}

	private static org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder all(String user) {
		return post("/ofrep/v1/evaluate/flags").contentType(MediaType.APPLICATION_JSON)
			.content("{\"context\": {\"targetingKey\": \"%s\"}}".formatted(user));
	}

	/** One flag that is on for half. */
	private final class FakeFlags implements Flags {

		@Override
		public List<Flag> all() {
			return List.of(new Flag("half", "Half", FlagType.RELEASE, Stage.LIVE, "mira", true, 50, null, null, null,
					List.of(), java.time.Instant.EPOCH, java.time.Duration.ofDays(1), java.time.Instant.EPOCH, "mira",
					1));
		}

		@Override
		public Optional<Flag> find(String key) {
			return all().stream().filter((flag) -> flag.key().equals(key)).findFirst();
		}

		@Override
		public List<Flag> ofRelease(String release) {
			return List.of();
		}

		@Override
		public Toggle turn(String key, boolean on, String actor, String subject) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Toggle ramp(String key, int percentage, String actor, String subject) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Evaluation evaluate(String key, @Nullable String targetingKey) {
			if (find(key).isEmpty()) {
				throw new Rejected("flag.unknown", "no");
			}
			if (targetingKey == null) {
				throw new Rejected("flag.targeting-key-missing", "who?");
			}
			return new Evaluation(key, true, "on", "SPLIT");
		}

		@Override
		public String revision() {
			return OfrepApiTests.this.revision;
		}

		@Override
		public List<Toggle> history(String key, int limit) {
			return List.of();
		}

	}

}
