package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A session whose settings are those under which values are written as text in one way
 * only. Put back on closing; what the role or the database sets makes no difference.
 */
public final class PinnedSession implements AutoCloseable {

	/** What decides how a value reads. */
	public static final Map<String, String> SETTINGS = settings();

	private final Connection connection;

	private final Map<String, String> former;

	private PinnedSession(Connection connection, Map<String, String> former) {
		this.connection = connection;
		this.former = former;
	}

	/** Pins the session; in a transaction, a rollback unpins it as well. */
	public static PinnedSession on(Connection connection) throws SQLException {
		var former = new LinkedHashMap<String, String>();
		var names = List.copyOf(SETTINGS.keySet());
		var values = String.join(", ", names.stream().map((name) -> "pg_catalog.current_setting(?)").toList());
		try (var read = connection.prepareStatement("select " + values)) {
			for (int i = 0; i < names.size(); i++) {
				read.setString(i + 1, names.get(i));
			}
			try (var rows = read.executeQuery()) {
				rows.next();
				for (int i = 0; i < names.size(); i++) {
					former.put(names.get(i), rows.getString(i + 1));
				}
			}
		}
		set(connection, SETTINGS);
		return new PinnedSession(connection, former);
	}

	private static void set(Connection connection, Map<String, String> settings) throws SQLException {
		var calls = String.join(", ",
				settings.keySet().stream().map((name) -> "pg_catalog.set_config(?, ?, false)").toList());
		try (var set = connection.prepareStatement("select " + calls)) {
			var index = 1;
			for (var setting : settings.entrySet()) {
				set.setString(index++, setting.getKey());
				set.setString(index++, setting.getValue());
			}
			set.executeQuery().close();
		}
	}

	@Override
	public void close() {
		try {
			set(this.connection, this.former);
		}
		catch (SQLException ex) {
			// The transaction has failed: its rollback puts the settings back.
		}
	}

	private static Map<String, String> settings() {
		var settings = new LinkedHashMap<String, String>();
		settings.put("TimeZone", "UTC");
		settings.put("DateStyle", "ISO, YMD");
		settings.put("IntervalStyle", "postgres");
		settings.put("extra_float_digits", "1");
		settings.put("bytea_output", "hex");
		settings.put("lc_monetary", "C");
		settings.put("xmlbinary", "base64");
		settings.put("search_path", "");
		settings.put("row_security", "off");
		settings.put("quote_all_identifiers", "off");
		settings.put("jit", "off");
		settings.put("synchronize_seqscans", "off");
		return java.util.Collections.unmodifiableMap(settings);
	}

}
