package dev.backout.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what a database is, in digests, or in what it differs from another. */
@Command(name = "fingerprint", mixinStandardHelpOptions = true,
		description = "Prints digests of a database's schema and rows, or in what it differs from another.",
		footer = { "", "Exit code 0: printed, or equal; 1: the two differ; 2: bad input.",
				"Without --url it starts the embedded database of the data directory." })
class FingerprintCommand implements Callable<Integer> {

	@Mixin
	TargetArguments arguments = new TargetArguments();

	@Option(names = "--with", paramLabel = "JDBC",
			description = "Another database to compare with; same user and password.")
	@Nullable String with;

	@Option(names = "--all", description = "Also what Backout and Liquibase keep in the database.")
	boolean all;

	@Option(names = "--format", defaultValue = "text",
			description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
	Format format = Format.TEXT;

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	enum Format {

		TEXT, JSON

	}

	@Override
	public Integer call() throws SQLException, IOException {
		Logs.quiet();
		try (var database = this.arguments) {
			var target = database.target();
			var fingerprint = read(target);
			if (this.with == null) {
				print(fingerprint);
				return 0;
			}
			var other = read(new Target(target.name(), this.with, database.user, Secret.of(database.password)));
			return compare(fingerprint.to(other));
		}
	}

	/** One snapshot for all tables. */
	private Fingerprint read(Target target) throws SQLException {
		try (var connection = target.open("fingerprint")) {
			connection.setAutoCommit(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			return Fingerprint.of(connection, this.all ? Scope.EVERYTHING : Scope.APPLICATION);
		}
	}

	private void print(Fingerprint fingerprint) throws IOException {
		if (this.format == Format.JSON) {
			var tables = new LinkedHashMap<String, Object>();
			fingerprint.data().tables().forEach((name, table) -> tables.put(name, table.toString()));
			var json = new LinkedHashMap<String, Object>();
			json.put("digest", fingerprint.digest());
			json.put("schema", fingerprint.schema().digest());
			json.put("data", fingerprint.data().digest());
			json.put("tables", tables);
			write(json);
			return;
		}
		var out = out();
		out.printf("digest  %s%n", fingerprint.digest());
		out.printf("schema  %s  (%d lines)%n", fingerprint.schema().digest(), fingerprint.schema().lines().size());
		out.printf("data    %s  (%,d rows)%n%n", fingerprint.data().digest(), fingerprint.data().rows());
		fingerprint.data()
			.tables()
			.forEach((name, table) -> out.printf("%,12d  %24s  %s%n", table.rows(), table.sum().toString(16), name));
		out.flush();
	}

	private int compare(Difference difference) throws IOException {
		if (this.format == Format.JSON) {
			var json = new LinkedHashMap<String, Object>();
			json.put("equal", difference.onlyCosmetic());
			json.put("differences", difference.describe());
			write(json);
		}
		else if (difference.none()) {
			out().println("Equal");
		}
		else {
			difference.describe().forEach(out()::println);
			out().println(difference.onlyCosmetic() ? "Equal but for cosmetic lines (~)" : "Different");
		}
		return difference.onlyCosmetic() ? 0 : 1;
	}

	private void write(Object json) throws IOException {
		out().println(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json));
	}

	private PrintWriter out() {
		return this.spec.commandLine().getOut();
	}

}
