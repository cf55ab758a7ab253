package dev.backout.migration;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

import liquibase.resource.AbstractResource;
import liquibase.resource.Resource;

/**
 * An XML schema of Liquibase's that this Liquibase does not bring: of a later version or
 * from somebody's own address, for which the latest that it has stands in, or of a
 * product around it, of which nothing is known but the namespace.
 */
final class NewerSchema extends AbstractResource {

	private static final Pattern OFFICIAL = Pattern.compile("www\\.liquibase\\.org/xml/ns/([a-z-]+)/([\\w.-]+)\\.xsd");

	/** The name says what it is, whoever serves it. */
	private static final Pattern MIRRORED = Pattern.compile(".+/dbchangelog-(?:latest|\\d+\\.\\d+)\\.xsd");

	private static final String LATEST = "/www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd";

	private final String namespace;

	private NewerSchema(String path, String namespace) {
		super(path, URI.create("schema:/" + path));
		this.namespace = namespace;
	}

	/**
	 * A schema for an address of Liquibase's or a copy of it; Liquibase asks here for
	 * what it does not have.
	 */
	static Optional<Resource> at(String path) {
		if (MIRRORED.matcher(path).matches()) {
			return Optional.of(new NewerSchema(path, "dbchangelog"));
		}
		var official = OFFICIAL.matcher(path);
		return official.matches() ? Optional.of(new NewerSchema(path, official.group(1))) : Optional.empty();
	}

	@Override
	public InputStream openInputStream() {
		var latest = this.namespace.equals("dbchangelog") ? NewerSchema.class.getResourceAsStream(LATEST) : null;
		return (latest != null) ? latest : new ByteArrayInputStream("""
				<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
					targetNamespace="http://www.liquibase.org/xml/ns/%s"/>
				""".formatted(this.namespace).getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public boolean exists() {
		return true;
	}

	@Override
	public boolean isWritable() {
		return false;
	}

	@Override
	public Resource resolve(String other) {
		throw new UnsupportedOperationException(other);
	}

	@Override
	public Resource resolveSibling(String other) {
		throw new UnsupportedOperationException(other);
	}

}
