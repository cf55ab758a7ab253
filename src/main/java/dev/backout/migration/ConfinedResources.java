package dev.backout.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import liquibase.resource.AbstractResourceAccessor;
import liquibase.resource.Resource;

/**
 * The files below one directory, and no others: neither {@code ..} nor an absolute path
 * nor a symbolic link leads out of it.
 */
final class ConfinedResources extends AbstractResourceAccessor {

	private final Path root;

	ConfinedResources(Path root) {
		this.root = root.toAbsolutePath().normalize();
	}

	@Override
	public List<Resource> getAll(String path) throws IOException {
		var file = inside(path);
		return Files.exists(file) ? List.of(resource(file)) : NewerSchema.at(path).stream().toList();
	}

	/**
	 * Liquibase asks for each value of a long text that it loads, should it be the name
	 * of a file; its own answer for what is not there cannot hold every text.
	 */
	@Override
	public Resource get(String path) throws IOException {
		try {
			return super.get(path);
		}
		catch (IllegalArgumentException ex) {
			return resource(inside(path));
		}
	}

	@Override
	public List<Resource> search(String path, boolean recursive) throws IOException {
		var options = new SearchOptions();
		options.setRecursive(recursive);
		return search(path, options);
	}

	@Override
	public List<Resource> search(String path, SearchOptions options) throws IOException {
		var start = inside(path);
		if (!Files.isDirectory(start)) {
			return List.of();
		}
		var suffix = options.endsWithFilterIsSet() ? options.getEndsWithFilter().toLowerCase(Locale.ROOT) : "";
		try (var files = Files.walk(start, options.getMaxDepth())) {
			return files.filter((file) -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
				.filter((file) -> start.relativize(file).getNameCount() >= options.getMinDepth())
				.filter((file) -> file.toString().toLowerCase(Locale.ROOT).endsWith(suffix))
				.sorted()
				.map(this::resource)
				.toList();
		}
	}

	@Override
	public List<String> describeLocations() {
		return List.of(this.root.toString());
	}

	@Override
	public void close() {
	}

	private Path inside(String path) throws IOException {
		var plain = path.replace('\\', '/').replaceFirst("^classpath\\*?:", "").replaceFirst("^/+", "");
		var file = this.root.resolve(plain).normalize();
		if (!file.startsWith(this.root)
				|| (Files.exists(file) && !file.toRealPath().startsWith(this.root.toRealPath()))) {
			throw new BrokenChangelog(
					"The changelog asks for '%s', which is outside of its directory; move the file into it"
						.formatted(path));
		}
		return file;
	}

	private Resource resource(Path file) {
		return new ConfinedResource(this, this.root.relativize(file).toString().replace('\\', '/'), file);
	}

	/** Opens only what the accessor lets through, whichever way it is reached. */
	private static final class ConfinedResource extends liquibase.resource.AbstractResource {

		private final ConfinedResources accessor;

		private final Path file;

		ConfinedResource(ConfinedResources accessor, String path, Path file) {
			super(path, file.toUri());
			this.accessor = accessor;
			this.file = file;
		}

		@Override
		public java.io.InputStream openInputStream() throws IOException {
			return Files.newInputStream(this.accessor.inside(getPath()));
		}

		@Override
		public boolean exists() {
			return Files.exists(this.file);
		}

		@Override
		public Resource resolve(String other) {
			return at(resolvePath(other));
		}

		@Override
		public Resource resolveSibling(String other) {
			return at(resolveSiblingPath(other));
		}

		private Resource at(String path) {
			try {
				return this.accessor.resource(this.accessor.inside(path));
			}
			catch (IOException ex) {
				throw new java.io.UncheckedIOException(ex);
			}
		}

		@Override
		public boolean isWritable() {
			return false;
		}

	}

}
