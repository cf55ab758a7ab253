package dev.backout.cli;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;

import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.Scope;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what a database is, in digests, or in what it differs from another. */
@Command(name = "fingerprint", mixinStandardHelpOptions = true,
		description = "Prints digests of a database's schema and rows, or in what it differs from another.",
		subcommands = FingerprintDiffCommand.class,
		footer = { "", "Exit code 0: printed, or equal; 1: the two differ; 2: bad input.",
				"Without --url it starts the embedded database of the data directory." })
class FingerprintCommand implements Callable<Integer> {

	@Mixin
	TargetArguments arguments = new TargetArguments();

	@Option(names = "--with", paramLabel = "JDBC",
			description = "Another database to compare with; same user and password.")
	@Nullable String with;

	@Option(names = "--tables", paramLabel = "NAME", arity = "0..1", split = ",", fallbackValue = "",
			description = "A digest per table; with names, separated by commas, the rows of these only.")
	@Nullable List<String> tables;

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
	public Integer call() throws SQLException {
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
			var scope = this.all ? Scope.EVERYTHING : Scope.APPLICATION;
			return Fingerprint.of(connection, narrowed(connection, scope));
		}
	}

	/** To the tables that were named, which must be there. */
	private Scope narrowed(Connection connection, Scope scope) throws SQLException {
		var names = names();
		if (names.isEmpty()) {
			return scope;
		}
		var there = DataFingerprint.tablesOf(connection, scope);
		var missing = names.stream().filter((name) -> !there.contains(name)).toList();
		if (!missing.isEmpty()) {
			throw new Rejected("cli.tables",
					"There is no table %s; name tables as schema.table".formatted(String.join(", ", missing)));
		}
		return scope.only(names.toArray(String[]::new));
	}

	private List<String> names() {
		return (this.tables == null) ? List.of()
				: this.tables.stream()
					.filter((name) -> !name.isBlank())
					.map((name) -> name.contains(".") ? name : "public." + name)
					.toList();
	}

	private void print(Fingerprint fingerprint) {
		if (this.format == Format.JSON) {
			out().println(FingerprintJson.of(fingerprint, !names().isEmpty()).toPrettyString());
			return;
		}
		var out = out();
		out.printf("digest  %s%n", fingerprint.digest());
		out.printf("schema  %s  (%d lines)%n", fingerprint.schema().digest(), fingerprint.schema().lines().size());
		out.printf("data    %s  (%,d rows)%n", fingerprint.data().digest(), fingerprint.data().rows());
		if (this.tables != null) {
			out.println();
			fingerprint.data()
				.tables()
				.forEach(
						(name, table) -> out.printf("%,12d  %24s  %s%n", table.rows(), table.sum().toString(16), name));
		}
		out.flush();
	}

	private int compare(Difference difference) {
		return FingerprintDiffCommand.print(difference, this.format, out());
	}

	private PrintWriter out() {
		return this.spec.commandLine().getOut();
	}

}
