package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** Among a million rows; how long it takes to find and name the one is kept. */
@Tag("bench")
class ChangedRowsBench extends ChangedRows {

	@Override
	int rows() {
		return Integer.getInteger("bench.rows", 1_000_000);
	}

	@AfterEach
	void write() throws IOException {
		var file = Files.createDirectories(Path.of("target/bench")).resolve("changed-rows.json");
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(file.toFile(), Map.of("rows", rows(), "compareAndNameMillis", this.millis));
	}

}
