package dev.backout.desk.security;

/** The policies that every page carries. */
public final class Headers {

	/** No inline script, no inline style, nothing from elsewhere. */
	public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
			+ "frame-ancestors 'none'; base-uri 'none'";

	static final String PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";

	private Headers() {
	}

}
