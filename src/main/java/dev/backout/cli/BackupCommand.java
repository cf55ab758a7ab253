package dev.backout.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.backout.backup.Backup;
import dev.backout.backup.BackupFiles;
import dev.backout.backup.Backups;
import dev.backout.backup.Progress;
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
		description = "Takes, verifies, restores, lists and retires backups.")
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
					description = "Do not restore it right away into a scratch database.") boolean trust)
			throws IOException {
		Logs.quiet();
		try (database) {
			var target = database.target();
			var files = store.open(database);
			var backup = files.take(target, "command-" + UUID.randomUUID(), retain, Progress.NONE);
			out().printf("%s: %,d rows, %,d KB, %d ms, manifest %s%n", backup.id(), backup.rows(), backup.bytes() >> 10,
					backup.took().toMillis(), backup.manifestDigest());
			return trust ? 0 : verify(files, backup.id(), database);
		}
	}

	@Command(name = "verify", mixinStandardHelpOptions = true,
			description = "Restores a backup into a scratch database and compares schema and rows.",
			footer = { "", "Exit code 0: it restores; 1: it does not; 2: bad input." })
	int verify(@Mixin TargetArguments database, @Mixin Store store,
			@Parameters(paramLabel = "ID", description = "Name of the backup.") String id) {
		Logs.quiet();
		try (database) {
			return verify(store.open(database), id, database);
		}
	}

	private int verify(BackupFiles files, String id, TargetArguments database) {
		var verification = files.verify(id, database.target(), Backups.MAX_AGE, Progress.NONE);
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
			@Option(names = "--yes", description = "Do it: all sessions in the database are ended.") boolean yes) {
		Logs.quiet();
		if (!yes) {
			throw new ParameterException(this.spec.commandLine(),
					"A restore replaces the database and ends its sessions: add --yes");
		}
		try (database) {
			var restored = store.open(database)
				.restore(id, database.target(), "command-" + UUID.randomUUID(), Progress.NONE);
			out().printf("%s restored in %d ms, nobody could connect for %d ms; the former database is %s%n", id,
					restored.took().toMillis(), restored.downtime().toMillis(), restored.formerDatabase());
			return 0;
		}
	}

	@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the backups, newest first.")
	int list(@Mixin Store store,
			@Option(names = "--data-dir", paramLabel = "DIR", defaultValue = "./data",
					description = "Where the backups and their key are. Default: ${DEFAULT-VALUE}.") Path data,
			@Option(names = "--format", defaultValue = "text",
					description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.") FingerprintCommand.Format format)
			throws IOException {
		Logs.quiet();
		var backups = store.open(data).list();
		if (format == FingerprintCommand.Format.JSON) {
			out().println(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
				.writeValueAsString(backups.stream().map(BackupCommand::json).toList()));
			return 0;
		}
		out().printf("%-32s %-12s %-24s %12s %10s  %s%n", "backup", "target", "taken at", "rows", "KB", "kept until");
		backups.forEach((backup) -> out().printf("%-32s %-12s %-24s %,12d %,10d  %s%n", backup.id(), backup.target(),
				backup.takenAt().truncatedTo(java.time.temporal.ChronoUnit.SECONDS), backup.rows(),
				backup.bytes() >> 10, backup.retainUntil().truncatedTo(java.time.temporal.ChronoUnit.SECONDS)));
		return 0;
	}

	@Command(name = "retire", mixinStandardHelpOptions = true,
			description = "Deletes a backup for good, once its time is over.")
	int retire(@Mixin Store store,
			@Option(names = "--data-dir", paramLabel = "DIR", defaultValue = "./data",
					description = "Where the backups and their key are. Default: ${DEFAULT-VALUE}.") Path data,
			@Parameters(paramLabel = "ID", description = "Name of the backup.") String id) {
		Logs.quiet();
		store.open(data).retire(id, Clock.systemUTC().instant());
		out().println(id + " is deleted");
		return 0;
	}

	private static LinkedHashMap<String, Object> json(Backup backup) {
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
		json.put("retainUntil", backup.retainUntil().toString());
		return json;
	}

	private PrintWriter out() {
		return this.spec.commandLine().getOut();
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
