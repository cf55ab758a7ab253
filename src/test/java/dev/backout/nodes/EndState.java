package dev.backout.nodes;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.Scope;
import dev.backout.ledger.LedgerVerifier;
import dev.backout.ledger.VerifierKey;

import static org.awaitility.Awaitility.await;

/**
 * What a rollback leaves behind: two runs that ended alike are equal.
 *
 * @param shop digest of schema and rows
 * @param history Liquibase's, row by row
 * @param frozen settings of the shop's database, such as a freeze
 * @param steps what the record says was done
 * @param letters how many letters of which subject reached whom
 * @param ledger what of the record does not hold; empty when it verifies
 */
record EndState(String outcome, String shop, List<String> history, List<String> flags, List<String> frozen,
		List<String> steps, Map<String, Integer> letters, List<String> status, String ledger) {

	/** The same, and one letter more. */
	EndState withLetter(String subject, String reader) {
		var all = new TreeMap<>(this.letters);
		all.merge(subject + " to " + reader, 1, Integer::sum);
		return new EndState(this.outcome, this.shop, this.history, this.flags, this.frozen, this.steps, all,
				this.status, this.ledger);
	}

	static EndState of(Place place, Rollback rollback) throws Exception {
		var own = place.database("backout");
		// Letters leave a moment after the step that wrote them.
		await().atMost(Place.soon())
			.until(() -> own.sql("select count(*) = 0 from backout.delivery where state = 'WAITING'")
				.query(Boolean.class)
				.single());
		var shop = place.database("shop");
		return new EndState(
				own.sql("select state || ': ' || outcome from backout.run where id = cast(:run as uuid)")
					.param("run", rollback.run)
					.query(String.class)
					.single(),
				fingerprint(place),
				shop.sql(
						"select concat_ws(' ', author, id, filename, md5sum, exectype) from databasechangelog order by orderexecuted")
					.query(String.class)
					.list(),
				own.sql("select concat_ws(' ', key, is_on, percentage) from backout.flag order by 1")
					.query(String.class)
					.list(),
				shop.sql(
						"select unnest(setconfig) from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase where datname = 'shop' order by 1")
					.query(String.class)
					.list(),
				rollback.done(), letters(place),
				own.sql("select concat_ws(' ', i.status, u.status) from backout.status_incident i join backout.status_update u on u.incident = i.id order by u.id")
					.query(String.class)
					.list(),
				ledger(rollback.nodeAtLast()));
	}

	private static String fingerprint(Place place) throws Exception {
		try (Connection connection = DriverManager.getConnection(place.url("shop"), "postgres", "postgres")) {
			connection.setAutoCommit(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			return Fingerprint.of(connection, Scope.APPLICATION).digest();
		}
	}

	private static Map<String, Integer> letters(Place place) throws Exception {
		var letters = new TreeMap<String, Integer>();
		for (var letter : place.mail.getReceivedMessages()) {
			var to = letter.getAllRecipients()[0].toString();
			letters.merge(letter.getSubject() + " to " + to, 1, Integer::sum);
		}
		return letters;
	}

	private static String ledger(Node node) throws Exception {
		var key = node.get("/api/v1/ledger/key", Place.token("aris")).body().strip();
		try {
			var export = Node.HTTP.send(node.request("/api/v1/ledger/export", Place.token("aris")).build(),
					BodyHandlers.ofByteArray());
			new LedgerVerifier(List.of(VerifierKey.parse(key)), List.of())
				.verify(new ByteArrayInputStream(export.body()));
			return "";
		}
		catch (IOException ex) {
			throw ex;
		}
		catch (Exception ex) {
			return String.valueOf(ex.getMessage());
		}
	}

}
