package dev.backout.backup;

import java.nio.file.Path;

import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What the copy engine cannot write down is named when the backup is taken. */
class NotRebuiltTests {

	static LedgerFixture own;

	@TempDir
	static Path ledger;

	@TempDir
	Path data;

	final TestDatabase shop = TestDatabase.create();

	@BeforeAll
	static void start() {
		own = LedgerFixture.on(TestDatabase.withSchema(), ledger);
	}

	@AfterEach
	void drop() {
		this.shop.drop();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					create subscription feed connection 'host=nowhere' publication p with (connect = false, slot_name = none) | subscription feed
					create text search parser words (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype) | text search parser public.words
					create text search template plain (lexize = dsimple_lexize, init = dsimple_init) | text search template public.plain
					create access method heap2 type table handler heap_tableam_handler | accessmethod heap2
					create transform for int language sql (from sql with function prsd_lextype(internal)) | transform integer
					""")
	void isNamed(String sql, String named) {
		this.shop.jdbc().sql(sql).update();
		var fixture = new BackupFixture(this.data, own, this.shop);

		try {
			assertThatExceptionOfType(Rejected.class).isThrownBy(() -> fixture.take("step-1"))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.cannot-rebuild"))
				.withMessageContaining(named);
			assertThat(fixture.store.ids()).isEmpty();
		}
		finally {
			if (sql.contains("subscription")) {
				this.shop.jdbc().sql("drop subscription feed").update();
			}
		}
	}

}
