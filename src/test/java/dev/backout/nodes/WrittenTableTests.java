package dev.backout.nodes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class WrittenTableTests {

	static final List<WrittenTable.Hit> HITS = List.of(
			new WrittenTable.Hit("kill", "Task_Revert", "before", 9.84, 2, "DONE"),
			new WrittenTable.Hit("kill", "Task_Revert", "after", 10.01, 2, "DONE"),
			new WrittenTable.Hit("kill", "Task_Check", "before", 8, 3, "REFUSED"));

	@TempDir
	Path directory;

	@Test
	void replacesWhatTheRunBeforeWrote() throws Exception {
		var page = Files.writeString(this.directory.resolve("page.md"), """
				# Page

				<!-- kills: written by the test run, do not edit -->
				old
				<!-- end of kills -->
				rest
				""");

		WrittenTable.write(page, "kills", "Two runs.", HITS);
		WrittenTable.write(page, "kills", "Three runs.", HITS);

		assertThat(page).hasContent("""
				# Page

				<!-- kills: written by the test run, do not edit -->
				Three runs.

				| step | before | after |
				| --- | --- | --- |
				| `Task_Revert` | 9.8 s, try 2: done | 10.0 s, try 2: done |
				| `Task_Check` | 8.0 s, try 3: refused | - |

				<!-- end of kills -->
				rest
				""");
	}

	@Test
	void pageWithoutAPlaceForItIsNamed() throws Exception {
		var page = Files.writeString(this.directory.resolve("page.md"), "# Page");

		assertThatIllegalStateException().isThrownBy(() -> WrittenTable.write(page, "kills", "", HITS))
			.withMessageContaining(page.toString())
			.withMessageContaining("kills");
	}

	@Test
	void docsHavePlacesForAllThatRunsWrite() throws Exception {
		assertThat(Files.readString(WrittenTable.PAGE)).contains("<!-- crash matrix: written by the test run",
				"<!-- end of crash matrix -->", "<!-- frozen nodes: written by the test run",
				"<!-- end of frozen nodes -->");
	}

}
