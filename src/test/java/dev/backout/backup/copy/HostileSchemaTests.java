package dev.backout.backup.copy;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.backout.TestDatabase;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.ScratchDatabases;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.PinnedSession;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.Scope;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/** Odd names, circles and rarely used kinds: what PostgreSQL allows, comes back. */
class HostileSchemaTests {

	@Test
	void comesBackAsItWas() throws Exception {
		var database = TestDatabase.create();
		database.jdbc().sql("""
				do $$ begin
					if not exists (select from pg_roles where rolname = 'app_ro') then create role app_ro; end if;
				end $$""").update();
		try (var connection = database.dataSource().getConnection(); var statement = SchemaScript.plain(connection)) {
			statement.execute(new ClassPathResource("backup/hostile.sql").getContentAsString(StandardCharsets.UTF_8));
			SchemaScript.Draft script;
			try (var pinned = PinnedSession.on(connection)) {
				script = SchemaScript.read(connection);
			}
			var source = SchemaFingerprint.of(connection, Scope.EVERYTHING);
			try (var scratch = new ScratchDatabases().create(DatabaseFixture.aTarget(database), "schema");
					var empty = scratch.target().open()) {
				var built = SchemaScript.build(script, empty);
				var differing = new ArrayList<String>();
				built.failed().forEach((sql, why) -> differing.add(why.lines().findFirst().orElse("") + " IN " + sql));
				differing.addAll(Difference.between(source, SchemaFingerprint.of(empty, Scope.EVERYTHING)).describe());

				assertThat(important(differing)).isEmpty();
			}
		}
		finally {
			database.drop();
		}
	}

	private static List<String> important(List<String> lines) {
		return lines.stream().filter((line) -> !line.startsWith("~", 2)).toList();
	}

}
