package dev.backout.fingerprint;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import dev.backout.TestDatabase;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import static org.assertj.core.api.Assertions.assertThat;

/** The two ways of computing a fingerprint agree on every type. */
class CopyDigestTests {

	@Test
	void givesWhatTheServerGives() throws SQLException, IOException {
		var database = TestDatabase.create();
		try (var connection = database.dataSource().getConnection(); var statement = connection.createStatement()) {
			statement.execute(Schemas.read("wide.sql"));
			for (var table : DataFingerprint.tablesOf(connection, Scope.APPLICATION)) {
				var inServer = TableFingerprint.of(connection, table, "");

				assertThat(stream(connection, table)).as(table).isEqualTo(inServer);
				assertThat(inServer.rows()).as(table).isPositive();
			}
		}
		finally {
			database.drop();
		}
	}

	private static TableFingerprint stream(Connection connection, String table) throws SQLException, IOException {
		try (var pinned = PinnedSession.on(connection)) {
			List<String> columns = Column.of(connection, table).stream().map(Column::name).toList();
			var list = String.join(", ",
					columns.stream().map((name) -> '"' + name.replace("\"", "\"\"") + '"').toList());
			var digest = new CopyDigest(columns);
			var copy = connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyOut("copy (select %s from only %s) to stdout".formatted(list, table));
			for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
				digest.row(row);
			}
			return digest.fingerprint();
		}
	}

}
