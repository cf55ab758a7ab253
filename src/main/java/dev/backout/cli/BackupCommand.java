package dev.backout.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

import dev.backout.backup.BackupFiles;
import dev.backout.backup.Backups;
import dev.backout.backup.Progress;
import dev.backout.backup.Scrutiny;
import dev.backout.backup.TableRestoration;
import dev.backout.backup.Verification;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;
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
		description = "Takes, verifies, restores, lists, holds, retires, copies and fetches backups.",
		subcommands = { BackupKeepCommand.ListBackups.class, BackupKeepCommand.Hold.class,
				BackupKeepCommand.Retire.class, BackupKeepCommand.Fetch.class, BackupKeepCommand.Copy.class })
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
			footer = { "", "Without --url it starts the embedded database of the data directory.",
					"Exit code 0: taken, and it restores; 1: taken, and it does not restore; 2: bad input, nothing was kept." })
	int take(@Mixin TargetArguments database, @Mixin BackupStore store, @Option(names = "--retain",
			defaultValue = "P30D",
			description = "How long it cannot be deleted, such as P30D. Default: ${DEFAULT-VALUE}.") Duration retain,
			@Option(names = "--engine", defaultValue = "auto",
					description = "copy: plain connections; pg_dump: PostgreSQL's own tool; auto: that where a fitting one is installed. Default: ${DEFAULT-VALUE}.") String engine,
			@Option(names = "--no-verify",
					description = "Do not restore it right away into a scratch database.") boolean trust,
			@Option(names = "--table", paramLabel = "NAME",
					description = "Only the rows of this table, schema.table, and of those that it refers to; may be repeated. Such a backup puts tables back in place and replaces no database.") @Nullable List<String> tables,
			@Mixin BackupOutput output) {
		Logs.quiet();
		database.nameByAddress();
		if (retain.isNegative()) {
			throw new ParameterException(this.spec.commandLine(), "--retain: how long it is kept, was " + retain);
		}
		try (database; var progress = new BackupProgress(err())) {
			var target = database.target();
			var files = store.toFill(database.data, engine);
			var backup = files.take(target, (tables != null) ? tables : List.of(), "command-" + UUID.randomUUID(),
					retain, progress);
			var json = BackupOutput.json(backup, files);
			json.put("tookMillis", backup.took().toMillis());
			progress.clear();
			if (!output.json()) {
				out().printf("%s: %,d rows, %,d KB, %d ms, engine %s, manifest %s%n", backup.id(), backup.rows(),
						backup.bytes() >> 10, backup.took().toMillis(), backup.engine(), backup.manifestDigest());
				files.remarks(backup.id()).forEach((remark) -> out().println("  " + remark));
			}
			return shown(backup.id(), json, trust ? null : verified(files, backup.id(), target, false, progress),
					output);
		}
	}

	@Command(name = "verify", mixinStandardHelpOptions = true,
			description = "Restores a backup into a scratch database and compares schema and rows.",
			footer = { "", "Exit code 0: it restores; 1: it does not; 2: bad input." })
	int verify(@Mixin TargetArguments database, @Mixin BackupStore store,
			@Parameters(paramLabel = "ID", description = "Name of the backup.") String id,
			@Option(names = "--thorough",
					description = "Look up each row in each index as well: as long again as building them.") boolean thorough,
			@Mixin BackupOutput output) {
		Logs.quiet();
		database.nameByAddress();
		var files = store.toRead(database.data);
		try (database; var progress = new BackupProgress(err())) {
			var json = new LinkedHashMap<String, Object>();
			json.put("id", id);
			return shown(id, json, verified(files, id, database.target(), thorough, progress), output);
		}
	}

	/** A manifest that was edited is a finding as well. */
	private static Verification verified(BackupFiles files, String id, Target server, boolean thorough,
			BackupProgress progress) {
		try {
			files.demandKeyOf(id);
			return files.verify(id, server, new Scrutiny(Backups.MAX_AGE, thorough, null), progress);
		}
		catch (Rejected ex) {
			if (!ex.code().equals("backup.not-restorable")) {
				throw ex;
			}
			return new Verification(java.time.Instant.now(), Duration.ZERO, Duration.ZERO, List.of(ex.reason()));
		}
		finally {
			progress.clear();
		}
	}

	/** Exit code 1 when it does not restore. */
	private int shown(String id, Map<String, Object> json, @Nullable Verification verification, BackupOutput output) {
		if (output.json()) {
			if (verification != null) {
				json.put("verified", verification.held());
				json.put("restoreMillis", verification.restoreTook().toMillis());
				json.put("verifyMillis", verification.took().toMillis());
				json.put("findings", verification.findings());
			}
			output.print(out(), json);
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
		verification.findings().forEach((finding) -> out().println("  " + OptionNames.in(this.spec, finding)));
		return 1;
	}

	@Command(name = "restore", mixinStandardHelpOptions = true,
			description = "Restores a backup beside the database, compares, and exchanges the two by name.",
			footer = { "", "The old database is kept under another name and takes no connections.",
					"Exit code 0: restored; 1: the backup does not restore, the database is as before; 2: bad input." })
	int restore(@Mixin TargetArguments database, @Mixin BackupStore store,
			@Parameters(paramLabel = "ID", description = "Name of the backup.") String id,
			@Option(names = "--yes", description = "Do it: all sessions in the database are ended.") boolean yes,
			@Option(names = "--table", paramLabel = "NAME",
					description = "Only this table, schema.table, in place and in one transaction; may be repeated.") @Nullable List<String> tables,
			@Option(names = "--into-another",
					description = "The database has another name than the one that was backed up, and is to be replaced all the same.") boolean another,
			@Option(names = "--as", paramLabel = "WORD", defaultValue = "command",
					description = "After a crash, the same word goes on where it was cut short. Default: ${DEFAULT-VALUE}.") String key,
			@Mixin BackupOutput output) {
		Logs.quiet();
		if (!yes) {
			throw new ParameterException(this.spec.commandLine(),
					(tables == null) ? "A restore replaces the database and ends its sessions: add --yes"
							: "A restore replaces the rows of these tables: add --yes");
		}
		database.nameByAddress();
		var files = store.toRead(database.data);
		try (database; var progress = new BackupProgress(err())) {
			var target = database.target();
			files.demandKeyOf(id);
			if (!another) {
				refuseAnother(id, files.databaseOf(id), target);
			}
			return restored(files, id, target, tables, key, progress, output);
		}
		catch (Rejected ex) {
			if (!ex.code().equals("backup.not-restorable")) {
				throw ex;
			}
			err().println(OptionNames.in(this.spec, ex.reason()));
			return 1;
		}
	}

	private int restored(BackupFiles files, String id, Target target, @Nullable List<String> tables, String key,
			Progress progress, BackupOutput output) {
		if (tables != null) {
			return shown(files.tables(id, target, tables, progress), output);
		}
		var restored = files.restore(id, target, key, progress);
		if (output.json()) {
			var json = new LinkedHashMap<String, Object>();
			json.put("id", id);
			json.put("formerDatabase", restored.formerDatabase());
			json.put("tookMillis", restored.took().toMillis());
			json.put("downtimeMillis", restored.downtime().toMillis());
			output.print(out(), json);
			return 0;
		}
		out().printf("%s restored in %d ms, nobody could connect for %d ms; the former database is %s%n", id,
				restored.took().toMillis(), restored.downtime().toMillis(), restored.formerDatabase());
		return 0;
	}

	/** The wrong name in a hurry costs a good database. */
	private static void refuseAnother(String id, String source, Target target) {
		if (!source.equals(target.database())) {
			throw new Rejected("backup.another",
					"'%s' is a backup of database '%s', and --url names '%s': correct one of them, or add --into-another"
						.formatted(id, source, target.database()));
		}
	}

	private int shown(TableRestoration restored, BackupOutput output) {
		if (output.json()) {
			var json = new LinkedHashMap<String, Object>();
			json.put("id", restored.backup());
			json.put("tables", restored.tables());
			json.put("rows", restored.rows());
			json.put("tookMillis", restored.took().toMillis());
			output.print(out(), json);
		}
		else {
			out().printf("%s: %,d rows put back in %d ms%n", String.join(", ", restored.tables()), restored.rows(),
					restored.took().toMillis());
		}
		return 0;
	}

	private PrintWriter out() {
		return this.spec.commandLine().getOut();
	}

	private PrintWriter err() {
		return this.spec.commandLine().getErr();
	}

}
