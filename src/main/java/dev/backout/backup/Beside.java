package dev.backout.backup;

import java.nio.charset.StandardCharsets;

import dev.backout.kernel.Digests;

/**
 * Names of databases that stand beside a target's: the restored one until it takes the
 * place, the former one afterwards. The same question always gets the same names, so that
 * whoever comes after a crash finds what is there.
 */
final class Beside {

	/** The server cuts longer names, and two cut names may be the same. */
	static final int MOST_BYTES = 63;

	private Beside() {
	}

	/** Name of the database that is restored for this key. */
	static String restored(String database, String key) {
		return named(database, "_restored_", key);
	}

	/** Name that the target's database gets when the one for this key takes its place. */
	static String former(String database, String key) {
		return named(database, "_before_", key);
	}

	private static String named(String database, String mark, String key) {
		var end = mark + Digests.sha256Hex(database + '\n' + key).substring(0, 8);
		var name = new StringBuilder();
		var room = MOST_BYTES - end.length();
		for (var point : database.codePoints().toArray()) {
			var next = Character.toString(point);
			room -= next.getBytes(StandardCharsets.UTF_8).length;
			if (room < 0) {
				break;
			}
			name.append(next);
		}
		return name + end;
	}

}
