package dev.backout.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.Scope;
import dev.backout.kernel.Rejected;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Says in what two fingerprints differ, kept ones or those of databases as they are now.
 */
@Command(name = "diff", mixinStandardHelpOptions = true,
		description = "Says in what two fingerprints differ: '-' only in A, '+' only in B, '*' other rows.",
		footer = { "", "Exit code 0: equal, but for lines that say nothing (~); 1: they differ; 2: bad input." })
class FingerprintDiffCommand implements Callable<Integer> {

	@Parameters(index = "0", paramLabel = "A",
			description = "A file that 'fingerprint --format json' wrote, or a JDBC address.")
	String left = "";

	@Parameters(index = "1", paramLabel = "B", description = "Likewise.")
	String right = "";

	@Option(names = "--user", defaultValue = "postgres", description = "Who we are there. Default: ${DEFAULT-VALUE}.")
	String user = "postgres";

	@Option(names = "--password", paramLabel = "REF", defaultValue = "env:PGPASSWORD",
			description = "Password by reference, env:NAME or file:/path. Default: ${DEFAULT-VALUE}.")
	String password = "env:PGPASSWORD";

	@Option(names = "--format", defaultValue = "text",
			description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
	FingerprintCommand.Format format = FingerprintCommand.Format.TEXT;

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	@Override
	public Integer call() throws SQLException, IOException {
		Logs.quiet();
		var one = read(this.left);
		var two = read(this.right);
		var narrowed = one.narrowed() || two.narrowed();
		return print(of(one, two, narrowed).to(of(two, one, narrowed)), this.format, this.spec.commandLine().getOut());
	}

	/** Where one knows the rows of some tables only, the others are not compared. */
	private static Fingerprint of(FingerprintJson.Read some, FingerprintJson.Read others, boolean narrowed) {
		if (!narrowed) {
			return some.fingerprint();
		}
		var tables = new TreeMap<>(some.fingerprint().data().tables());
		tables.keySet().retainAll(others.fingerprint().data().tables().keySet());
		return new Fingerprint(some.fingerprint().schema(), new DataFingerprint(tables));
	}

	private FingerprintJson.Read read(String source) throws SQLException, IOException {
		if (!source.startsWith("jdbc:")) {
			var file = Path.of(source);
			if (!Files.isRegularFile(file)) {
				throw new Rejected("cli.fingerprint",
						"There is no file %s; give a file that 'fingerprint --format json' wrote, or an address such as jdbc:postgresql://localhost:5432/shop"
							.formatted(source));
			}
			return FingerprintJson.read(file);
		}
		try (var connection = new Target("fingerprint", source, this.user, Secret.of(this.password))
			.open("fingerprint")) {
			connection.setAutoCommit(false);
			connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
			return new FingerprintJson.Read(Fingerprint.of(connection, Scope.APPLICATION), false);
		}
	}

	/**
	 * @return the exit code
	 */
	static int print(Difference difference, FingerprintCommand.Format format, PrintWriter out) {
		if (format == FingerprintCommand.Format.JSON) {
			var json = JsonNodeFactory.instance.objectNode();
			json.put("equal", difference.onlyCosmetic());
			var differences = json.putArray("differences");
			difference.describe().forEach(differences::add);
			out.println(json.toPrettyString());
		}
		else if (difference.none()) {
			out.println("Equal");
		}
		else {
			difference.describe().forEach(out::println);
			out.println(difference.onlyCosmetic() ? "Equal but for cosmetic lines (~)" : "Different");
		}
		out.flush();
		return difference.onlyCosmetic() ? 0 : 1;
	}

}
