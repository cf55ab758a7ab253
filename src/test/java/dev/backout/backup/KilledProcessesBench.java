package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** Many kills; where each left the target is kept. */
@Tag("bench")
class KilledProcessesBench extends KilledProcesses {

	@Override
	int kills() {
		return Integer.getInteger("bench.kills", 60);
	}

	@Override
	List<Deed> deeds() {
		return List.of(Deed.values());
	}

	@Override
	int rows() {
		return 300_000;
	}

	@AfterEach
	void write() throws IOException {
		var file = Files.createDirectories(Path.of("target/bench")).resolve("backup-kills.json");
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(file.toFile(),
					Map.of("kills", kills(), "atWork",
							this.places.entrySet()
								.stream()
								.filter((place) -> place.getKey().contains(" killed, "))
								.mapToInt(Map.Entry::getValue)
								.sum(),
							"where", this.places));
	}

}
