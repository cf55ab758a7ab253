package dev.backout.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.backout.backup.Backup;
import dev.backout.backup.BackupFiles;
import dev.backout.backup.Backups;
import dev.backout.backup.TableRestoration;
import dev.backout.backup.Verification;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Backups without the application: a directory, a database, nothing else. */
@Command(name = "backup", mixinStandardHelpOptions = true,
		description = "Takes, verifies, restores, lists, holds and retires backups.")
class BackupCommand implements Callable<Integer> {

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	@Override
	public Integer call() {
		this.spec.commandLine().usage(this.spec.commandLine().getErr());
		return CommandLine.ExitCode.USAGE;
	}

	@Command(name = "take", mixinStandardHelpOptions = true,
			description = "Copies a database from one consistent snapshot, with digests of what was seen in it.",
			footer = { "", "Without --url it starts the embedded database of the data directory." })
	int take(@Mixin TargetArguments database, @Mixin Store store, @Option(names = "--retain", defaultValue = "P30D",
			description = "How long it cannot be deleted, such as P30D. Default: ${DEFAULT-VALUE}.") Duration retain,
			@Option(names = "--no-verify",
					description = "Do not restore it right away into a scratch database.") boolean trust,
			@Mixin Output output) throws IOException {
		Logs.quiet();
		try (database; var progress = new BackupProgress(err())) {
			var target = database.target();
			var files = store.open(database);
			var backup = files.take(target, "command-" + UUID.randomUUID(), retain, progress);
			var json = json(backup, files);
			json.put("tookMillis", backup.took().toMillis());
			progress.clear();
			if (!output.json()) {
				out().printf("%s: %,d rows, %,d KB, %d ms, manifest %s%n", backup.id(), backup.rows(),
						backup.bytes() >> 10, backup.took().toMillis(), backup.manifestDigest());
			}
			var verification = trust ? null : files.verify(backup.id(), target, Backups.MAX_AGE, progress);
			progress.clear();
			return shown(backup.id(), json, verification, output);
		}
	}

	@Command(name = "verify", mixinStandardHelpOptions = true,
			description = "Restores a backup into a scratch database and compares schema and rows.",
			footer = { "", "Exit code 0: it restores; 1: it does not; 2: bad input." })
	int verify(@Mixin TargetArguments database, @Mixin Store store,
			@Parameters(paramLabel = "ID", description = "Name of the backup.") String id, @Mixin Output output)
			throws IOException {
		Logs.quiet();
		try (database; var progress = new BackupProgress(err())) {
			var json = new LinkedHashMap<String, Object>();
			json.put("id", id);
			var verification = store.open(database).verify(id, database.target(), Backups.MAX_AGE, progress);
			progress.clear();
			return shown(id, json, verification, output);
		}
	}

	/** Exit code 1 when it does not restore. */
	private int shown(String id, Map<String, Object> json, @Nullable Verification verification, Output output)
			throws IOException {
		if (output.json()) {
			if (verification != null) {
				json.put("verified", verification.held());
				json.put("restoreMillis", verification.restoreTook().toMillis());
				json.put("verifyMillis", verification.took().toMillis());
				json.put("findings", verification.findings());
			}
			print(json);
			return (verification == null || verification.held()) ? 0 : 1;
		}
		if (verification == null) {
			return 0;
		}
		if (verification.held()) {
			out().printf("%s: restored in %d ms; schema and rows are equal%n", id,
					verification.restoreTook().toMillis());
			return 0;
		}
		out().printf("%s does not restore:%n", id);
		verification.findings().forEach((finding) -> out().println("  " + finding));
		return 1;
	}

	@Command(name = "restore", mixinStandardHelpOptions = true,
			description = "Restores a backup beside the database, compares, and exchanges the two by name.",
			footer = { "", "The old database is kept under another name and takes no connections." })
	int restore(@Mixin TargetArguments database, @Mixin Store store,
			@Parameters(paramLabel = "ID", description = "Name of the backup.") String id,
			@Option(names = "--yes", description = "Do it: all sessions in the database are ended.") boolean yes,
			@Option(names = "--table", paramLabel = "NAME",
					description = "Only this table, schema.table, in place and in one transaction; may be repeated.") @Nullable List<String> tables,
			@Option(names = "--as", paramLabel = "WORD", defaultValue = "command",
					description = "After a crash, the same word goes on where it was cut short. Default: ${DEFAULT-VALUE}.") String key,
			@Mixin Output output) throws IOException {
		Logs.quiet();
		if (!yes) {
			throw new ParameterException(this.spec.commandLine(),
					(tables == null) ? "A restore replaces the database and ends its sessions: add --yes"
							: "A restore replaces the rows of these tables: add --yes");
		}
		try (database; var progress = new BackupProgress(err())) {
			var files = store.open(database);
			if (tables != null) {
				return shown(files.tables(id, database.target(), tables, progress), output);
			}
			var restored = files.restore(id, database.target(), key, progress);
			progress.clear();
			if (output.json()) {
				var json = new LinkedHashMap<String, Object>();
				json.put("id", id);
				json.put("formerDatabase", restored.formerDatabase());
				json.put("tookMillis", restored.took().toMillis());
				json.put("downtimeMillis", restored.downtime().toMillis());
				print(json);
				return 0;
			}
			out().printf("%s restored in %d ms, nobody could connect for %d ms; the former database is %s%n", id,
					restored.took().toMillis(), restored.downtime().toMillis(), restored.formerDatabase());
			return 0;
		}
	}

	private int shown(TableRestoration restored, Output output) throws IOException {
		if (output.json()) {
			var json = new LinkedHashMap<String, Object>();
			json.put("id", restored.backup());
			json.put("tables", restored.tables());
			json.put("rows", restored.rows());
			json.put("tookMillis", restored.took().toMillis());
			print(json);
		}
		else {
			out().printf("%s: %,d rows put back in %d ms%n", String.join(", ", restored.tables()), restored.rows(),
					restored.took().toMillis());
		}
		return 0;
	}

	@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the backups, newest first.")
	int list(@Mixin Store store, @Mixin DataDirectory data, @Mixin Output output) throws IOException {
		Logs.quiet();
		var files = store.open(data.directory);
		var backups = files.list();
		if (output.json()) {
			print(backups.stream().map((backup) -> json(backup, files)).toList());
			return 0;
		}
		out().printf("%-32s %-12s %-24s %12s %10s  %s%n", "backup", "target", "taken at", "rows", "KB", "kept until");
		backups.forEach((backup) -> out().printf("%-32s %-12s %-24s %,12d %,10d  %s%s%n", backup.id(), backup.target(),
				backup.takenAt().truncatedTo(ChronoUnit.SECONDS), backup.rows(), backup.bytes() >> 10,
				files.retainUntil(backup.id()).truncatedTo(ChronoUnit.SECONDS),
				files.held(backup.id()).map((hold) -> ", held: " + hold.reason()).orElse("")));
		return 0;
	}

	@Command(name = "hold", mixinStandardHelpOptions = true,
			description = "Places a legal hold on a backup, or ends it: nobody deletes what is held.")
	int hold(@Mixin Store store, @Mixin DataDirectory data,
			@Parameters(paramLabel = "ID", description = "Name of the backup.") String id,
			@Option(names = "--reason", required = true, paramLabel = "TEXT",
					description = "Why; whoever wants to delete it reads this.") String reason,
			@Option(names = "--release", description = "End the hold.") boolean release,
			@Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}",
					description = "Who says so. Default: ${DEFAULT-VALUE}.") String actor,
			@Mixin Output output) throws IOException {
		Logs.quiet();
		var files = store.open(data.directory);
		if (release) {
			files.release(id, actor, reason);
		}
		else {
			files.hold(id, actor, reason);
		}
		return done(id, release ? "is not held any more" : "is held", "held", !release, output);
	}

	@Command(name = "retire", mixinStandardHelpOptions = true,
			description = "Deletes a backup for good, once its time is over and nobody holds it.",
			footer = { "", "Where the store was not used for a day, --url names a database as a second clock." })
	int retire(@Mixin Store store, @Mixin TargetArguments database,
			@Parameters(paramLabel = "ID", description = "Name of the backup.") String id, @Mixin Output output)
			throws IOException {
		Logs.quiet();
		store.open(database).retire(id, (database.url != null) ? witness(database) : null);
		return done(id, "is deleted", "deleted", true, output);
	}

	private int done(String id, String sentence, String field, boolean value, Output output) throws IOException {
		if (output.json()) {
			var json = new LinkedHashMap<String, Object>();
			json.put("id", id);
			json.put(field, value);
			print(json);
		}
		else {
			out().println(id + " " + sentence);
		}
		return 0;
	}

	/** The time as the database has it. */
	private static Instant witness(TargetArguments database) {
		try (var connection = database.target().open("clock");
				var statement = connection.createStatement();
				var rows = statement.executeQuery("select clock_timestamp()")) {
			rows.next();
			return rows.getTimestamp(1).toInstant();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The database's clock cannot be read", ex);
		}
	}

	private static LinkedHashMap<String, Object> json(Backup backup, BackupFiles files) {
		var json = new LinkedHashMap<String, Object>();
		json.put("id", backup.id());
		json.put("target", backup.target());
		json.put("takenAt", backup.takenAt().toString());
		json.put("engine", backup.engine());
		json.put("rows", backup.rows());
		json.put("bytes", backup.bytes());
		json.put("schemaDigest", backup.schemaDigest());
		json.put("dataDigest", backup.dataDigest());
		json.put("manifestDigest", backup.manifestDigest());
		json.put("retainUntil", files.retainUntil(backup.id()).toString());
		files.held(backup.id()).ifPresent((hold) -> {
			json.put("heldBy", hold.actor());
			json.put("heldSince", hold.since().toString());
			json.put("heldBecause", hold.reason());
		});
		return json;
	}

	private void print(Object json) throws IOException {
		out().println(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json));
	}

	private PrintWriter out() {
		return this.spec.commandLine().getOut();
	}

	private PrintWriter err() {
		return this.spec.commandLine().getErr();
	}

	/** How a command tells what came of it. */
	static class Output {

		@Option(names = "--format", defaultValue = "text",
				description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
		FingerprintCommand.Format format = FingerprintCommand.Format.TEXT;

		boolean json() {
			return this.format == FingerprintCommand.Format.JSON;
		}

	}

	/** Where backups and their key are. */
	static class DataDirectory {

		@Option(names = "--data-dir", paramLabel = "DIR", defaultValue = "./data",
				description = "Where the backups and their key are. Default: ${DEFAULT-VALUE}.")
		Path directory = Path.of("data");

	}

	/** Where backups are. */
	static class Store {

		@Option(names = "--store", paramLabel = "DIR",
				description = "Directory of the backups. Default: backups in the data directory.")
		@Nullable Path directory;

		@Option(names = "--key", paramLabel = "FILE",
				description = "Key that signs the manifests. Default: backup.key in the data directory.")
		@Nullable Path key;

		@Option(names = "--workers", defaultValue = "2",
				description = "Connections that copy at the same time. Default: ${DEFAULT-VALUE}.")
		int workers = 2;

		BackupFiles open(TargetArguments database) {
			return open(database.data);
		}

		BackupFiles open(Path data) {
			return BackupFiles.in(Objects.requireNonNullElseGet(this.directory, () -> data.resolve("backups")),
					Objects.requireNonNullElseGet(this.key, () -> data.resolve("backup.key")), this.workers,
					Clock.systemUTC());
		}

	}

}
