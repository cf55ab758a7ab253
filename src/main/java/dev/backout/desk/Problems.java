package dev.backout.desk;

import dev.backout.kernel.Rejected;
import org.springframework.http.HttpStatus;

/** Which HTTP status a refusal gets; its code says the rest. */
public final class Problems {

	private Problems() {
	}

	public static HttpStatus statusOf(Rejected ex) {
		if (ex.code().endsWith(".unknown")) {
			return HttpStatus.NOT_FOUND;
		}
		if (ex.code().endsWith(".forbidden") || ex.code().endsWith(".four-eyes")) {
			return HttpStatus.FORBIDDEN;
		}
		return ex.code().endsWith(".too-large") ? HttpStatus.PAYLOAD_TOO_LARGE : HttpStatus.CONFLICT;
	}

	public static String titleOf(HttpStatus status) {
		return switch (status) {
			case NOT_FOUND -> "There is no such thing";
			case FORBIDDEN -> "Not yours to do";
			case PAYLOAD_TOO_LARGE -> "Too large";
			default -> "Not possible now";
		};
	}

}
