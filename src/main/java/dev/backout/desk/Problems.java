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
		return HttpStatus.CONFLICT;
	}

	public static String titleOf(HttpStatus status) {
		return switch (status) {
			case NOT_FOUND -> "There is no such thing";
			case FORBIDDEN -> "Not yours to do";
			default -> "Not possible now";
		};
	}

}
