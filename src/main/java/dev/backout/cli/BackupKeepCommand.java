package dev.backout.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;

import dev.backout.backup.SecondPlace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What is done with backups that are there: list, hold, retire, fetch. */
final class BackupKeepCommand {

	private BackupKeepCommand() {
	}

	@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the backups, newest first.",
			footer = { "", "Exit code 0: all can be trusted; 1: some cannot, and are named; 2: bad input." })
	static final class ListBackups extends Keep {

		@Mixin
		BackupPlace from = new BackupPlace();

		@Override
		public Integer call() {
			Logs.quiet();
			if (this.from.place != null) {
				return elsewhere(this.from.place());
			}
			var files = this.store.toRead(this.data.directory);
			var backups = files.list();
			var untrusted = files.untrusted();
			if (this.output.json()) {
				this.output.print(out(), backups.stream().map((backup) -> BackupOutput.json(backup, files)).toList());
			}
			else {
				out().printf("%-32s %-12s %-24s %12s %10s  %s%n", "backup", "target", "taken at", "rows", "KB",
						"kept until");
				backups.forEach((backup) -> out().printf("%-32s %-12s %-24s %,12d %,10d  %s%s%n", backup.id(),
						backup.target(), backup.takenAt().truncatedTo(ChronoUnit.SECONDS), backup.rows(),
						backup.bytes() >> 10, files.retainUntil(backup.id()).truncatedTo(ChronoUnit.SECONDS),
						(backup.whole() ? "" : ", only of " + String.join(", ", backup.tables()))
								+ files.held(backup.id()).map((hold) -> ", held: " + hold.reason()).orElse("")));
			}
			untrusted.values().forEach(err()::println);
			return untrusted.isEmpty() ? 0 : 1;
		}

		private int elsewhere(SecondPlace place) {
			var ids = this.store.toFetch(this.data.directory).elsewhere(place).list();
			if (this.output.json()) {
				this.output.print(out(), ids);
			}
			else {
				ids.forEach(out()::println);
			}
			return 0;
		}

	}

	@Command(name = "hold", mixinStandardHelpOptions = true,
			description = "Places a legal hold on a backup, or ends it: nobody deletes what is held.")
	static final class Hold extends Keep {

		@Parameters(paramLabel = "ID", description = "Name of the backup.")
		String id = "";

		@Option(names = "--reason", required = true, paramLabel = "TEXT",
				description = "Why; whoever wants to delete it reads this.")
		String reason = "";

		@Option(names = "--release", description = "End the hold.")
		boolean release;

		@Option(names = "--by", paramLabel = "NAME", defaultValue = "${sys:user.name}",
				description = "Who says so. Default: ${DEFAULT-VALUE}.")
		String actor = "";

		@Override
		public Integer call() {
			Logs.quiet();
			var files = this.store.toRead(this.data.directory);
			if (this.release) {
				files.release(this.id, this.actor, this.reason);
			}
			else {
				files.hold(this.id, this.actor, this.reason);
			}
			this.output.done(out(), this.id, this.release ? "is not held any more" : "is held", "held", !this.release);
			return 0;
		}

	}

	@Command(name = "retire", mixinStandardHelpOptions = true,
			description = "Deletes a backup for good, once its time is over and nobody holds it.",
			footer = { "", "Where the store was not used for a day, --url names a database as a second clock.",
					"Exit code 0: it is deleted; 2: it is kept, with the reason." })
	static final class Retire implements Callable<Integer> {

		@Spec
		@SuppressWarnings("NullAway.Init")
		CommandSpec spec;

		@Mixin
		BackupStore store = new BackupStore();

		@Mixin
		TargetArguments database = new TargetArguments();

		@Parameters(paramLabel = "ID", description = "Name of the backup.")
		String id = "";

		@Mixin
		BackupOutput output = new BackupOutput();

		@Override
		public Integer call() {
			Logs.quiet();
			this.store.toRead(this.database.data)
				.retire(this.id, (this.database.url != null) ? witness(this.database) : null);
			this.output.done(this.spec.commandLine().getOut(), this.id, "is deleted", "deleted", true);
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

	}

	@Command(name = "fetch", mixinStandardHelpOptions = true,
			description = "Brings a backup back from its second copy, checks it, and lists it here again.",
			footer = { "", "Then 'backup verify' and 'backup restore' work on it as on any other.",
					"Exit code 0: it is here; 2: bad input, or what came is damaged or forged: nothing is kept of it." })
	static final class Fetch extends Keep {

		@Parameters(paramLabel = "ID", description = "Name of the backup; 'backup list --from' lists them.")
		String id = "";

		@Mixin
		BackupPlace from = new BackupPlace();

		@Override
		public Integer call() {
			Logs.quiet();
			try (var progress = new BackupProgress(err())) {
				var files = this.store.toFetch(this.data.directory);
				var backup = files.elsewhere(this.from.place()).fetch(this.id, progress);
				progress.clear();
				if (this.output.json()) {
					this.output.print(out(), new LinkedHashMap<>(BackupOutput.json(backup, files)));
				}
				else {
					out().printf("%s: %,d KB fetched, manifest %s%n", backup.id(), backup.bytes() >> 10,
							backup.manifestDigest());
				}
			}
			return 0;
		}

	}

	@Command(name = "copy", mixinStandardHelpOptions = true,
			description = "Copies a backup to a second place, for as long as it is kept here.",
			footer = { "", "A bucket must have been made with object lock; each object is locked." })
	static final class Copy extends Keep {

		@Parameters(paramLabel = "ID", description = "Name of the backup.")
		String id = "";

		@Mixin
		BackupPlace to = new BackupPlace();

		@Override
		public Integer call() {
			Logs.quiet();
			try (var progress = new BackupProgress(err())) {
				var place = this.store.toRead(this.data.directory).elsewhere(this.to.place());
				place.copy(this.id, progress);
				progress.clear();
				this.output.done(out(), this.id, "is copied to " + place.name(), "copiedTo", place.name());
			}
			return 0;
		}

	}

	/** What each of them needs. */
	abstract static class Keep implements Callable<Integer> {

		@Spec
		@SuppressWarnings("NullAway.Init")
		CommandSpec spec;

		@Mixin
		BackupStore store = new BackupStore();

		@Mixin
		DataDirectory data = new DataDirectory();

		@Mixin
		BackupOutput output = new BackupOutput();

		PrintWriter out() {
			return this.spec.commandLine().getOut();
		}

		PrintWriter err() {
			return this.spec.commandLine().getErr();
		}

	}

	/** Where backups and their key are. */
	static final class DataDirectory {

		@Option(names = "--data-dir", paramLabel = "DIR", defaultValue = "./data",
				description = "Where the backups and their key are. Default: ${DEFAULT-VALUE}.")
		Path directory = Path.of("data");

	}

}
