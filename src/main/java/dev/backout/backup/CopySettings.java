package dev.backout.backup;

import java.nio.file.Path;
import java.util.Optional;

import dev.backout.backup.copy.Pace;
import dev.backout.backup.pgdump.PgTools;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * How backups are taken.
 *
 * @param workers connections that copy at the same time
 * @param engine which of the two
 * @param tools directory of {@code pg_dump}, {@code null} to look in the usual places
 * @param keys for encryption
 * @param pace bytes a second to read from the database
 */
record CopySettings(int workers, Engine engine, @Nullable Path tools, SealKeys keys, Pace pace) {

	/** The copy engine, not encrypted, as fast as it goes. */
	static CopySettings plain(int workers) {
		return new CopySettings(workers, Engine.COPY, null, SealKeys.NONE, Pace.UNLIMITED);
	}

	/**
	 * The tools for a dump or a server of this major version.
	 * @throws Rejected {@code backup.no-pg-dump}, naming those that are too old
	 */
	PgTools tools(int major) {
		var found = PgTools.installed(this.tools);
		return PgTools.fitting(found, major)
			.orElseThrow(() -> new Rejected("backup.no-pg-dump",
					"pg_dump of version %d or later is needed, there is %s. Install it, name its directory in backout.backup.pg-dump, or set backout.backup.engine to copy"
						.formatted(major, found.isEmpty() ? "none" + ((this.tools != null) ? " in " + this.tools : "")
								: String.join(", ", found.stream().map(PgTools::toString).toList()))));
	}

	/** The tools to dump a server with, or none for the copy engine. */
	Optional<PgTools> dumpWith(int server) {
		var limited = this.keys.current() != null || this.pace != Pace.UNLIMITED;
		return switch (this.engine) {
			case COPY -> Optional.empty();
			case AUTO -> limited ? Optional.empty() : PgTools.fitting(PgTools.installed(this.tools), server);
			case PG_DUMP -> {
				if (limited) {
					throw new Rejected("backup.engine",
							"pg_dump can neither encrypt what it writes nor be slowed down: set backout.backup.engine to copy, or leave out encryption-key and bytes-per-second");
				}
				yield Optional.of(tools(server));
			}
		};
	}

	/** What writes a backup. */
	enum Engine {

		/** {@code pg_dump} where one fits, else copy. */
		AUTO,

		/** Plain connections; needs no tools. */
		COPY,

		/** PostgreSQL's own tool, of the server's major version or a later one. */
		PG_DUMP

	}

}
