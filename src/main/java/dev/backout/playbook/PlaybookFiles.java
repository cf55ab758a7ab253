package dev.backout.playbook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.backout.kernel.Rejected;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/** The playbooks that are deployed at the start. */
@Component
public class PlaybookFiles {

	private final PlaybookProperties properties;

	PlaybookFiles(PlaybookProperties properties) {
		this.properties = properties;
	}

	/**
	 * All of them, by name.
	 * @throws Rejected {@code playbook.directory} when the directory cannot be read
	 */
	public List<PlaybookFile> all() {
		var directory = this.properties.directory();
		return (directory != null) ? in(directory) : shipped();
	}

	private static List<PlaybookFile> in(Path directory) {
		if (!Files.isDirectory(directory)) {
			throw new Rejected("playbook.directory",
					"There is no directory '%s': set backout.playbooks.directory to one with *.bpmn files"
						.formatted(directory));
		}
		try (var files = Files.list(directory)) {
			var found = new ArrayList<PlaybookFile>();
			for (var file : files.filter((candidate) -> candidate.toString().endsWith(".bpmn")).sorted().toList()) {
				found.add(new PlaybookFile(String.valueOf(file.getFileName()), Files.readAllBytes(file)));
			}
			return found;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<PlaybookFile> shipped() {
		try {
			var found = new ArrayList<PlaybookFile>();
			for (var resource : new PathMatchingResourcePatternResolver().getResources("classpath*:bpmn/*.bpmn")) {
				found.add(new PlaybookFile(String.valueOf(resource.getFilename()), resource.getContentAsByteArray()));
			}
			found.sort(Comparator.comparing(PlaybookFile::name));
			return found;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
