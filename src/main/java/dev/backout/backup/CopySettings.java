package dev.backout.backup;

import java.nio.file.Path;

import dev.backout.backup.copy.Pace;
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
