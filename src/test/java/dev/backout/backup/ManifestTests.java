package dev.backout.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.backout.kernel.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Manifests of earlier and of later versions. */
class ManifestTests {

	private static final ObjectMapper JSON = new ObjectMapper();

	@TempDir
	Path data;

	@Test
	void whatALaterVersionSaysBesideIsPassedOver() throws IOException {
		var tree = written();
		tree.put("weather", "fine");
		((ObjectNode) tree.path("source")).putObject("room").put("floor", 3);
		((ObjectNode) tree.path("files").path("a.txt")).put("mood", "calm");

		var manifest = Manifest.parse("b1", bytes(tree));

		assertThat(manifest.source().database()).isEqualTo("shop");
		assertThat(manifest.files()).containsKey("a.txt");
	}

	@Test
	void whatALaterVersionSaysBesideIsSignedAndOpened() throws IOException {
		var key = ManifestKey.in(this.data.resolve("backup.key"));
		var store = new FileStore(this.data.resolve("backups"), key);
		var tree = written();
		tree.put("weather", "fine");
		var directory = Files.createDirectories(this.data.resolve("backups/b1"));
		Files.write(directory.resolve(FileStore.MANIFEST), bytes(tree));
		Files.writeString(directory.resolve(FileStore.SIGNATURE), key.sign(bytes(tree)));

		assertThat(store.open("b1").manifest().id()).isEqualTo("b1");

		tree.put("weather", "foul");
		Files.write(directory.resolve(FileStore.MANIFEST), bytes(tree));
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> store.open("b1"))
			.withMessageContaining("its manifest was edited");
	}

	/** An earlier version knew neither. */
	@Test
	void whatAnEarlierVersionDidNotSayIsNotKnown() throws IOException {
		var tree = written();
		tree.remove(List.of("drift", "part", "flags", "encryption"));

		var manifest = Manifest.parse("b1", bytes(tree));

		assertThat(manifest.drift()).isNull();
		assertThat(manifest.remarks()).isEmpty();
		assertThat(manifest.tablesOfPart()).isEmpty();
	}

	@Test
	void whatMustBeKnownIsAnotherFormat() throws IOException {
		var tree = written();
		tree.put("format", "backout-backup/3");

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> Manifest.parse("b1", bytes(tree)))
			.withMessageContainingAll("'backout-backup/3'", "a later one")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.format"));
	}

	private static ObjectNode written() throws IOException {
		var files = new TreeMap<>(Map.of("a.txt", new Manifest.FileEntry("ab12", 3)));
		return (ObjectNode) JSON.readTree(AManifest.of("b1", files, List.of()).toBytes());
	}

	private static byte[] bytes(ObjectNode tree) {
		return tree.toString().getBytes(StandardCharsets.UTF_8);
	}

}
