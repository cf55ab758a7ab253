package dev.backout.kernel;

/**
 * The state of things does not allow what was asked. Carries a stable code for machines
 * and a reason for people; callers show the reason as it is.
 */
public class Rejected extends RuntimeException {

	private final String code;

	/**
	 * Says why not.
	 * @param code never changes once published: {@code module.what}
	 * @param reason names the thing, the value and the mend
	 */
	public Rejected(String code, String reason) {
		super(reason);
		this.code = code;
	}

	public String code() {
		return this.code;
	}

	public String reason() {
		return String.valueOf(getMessage());
	}

}
