package dev.backout.database;

import java.sql.SQLException;
import java.util.Objects;

import dev.backout.kernel.Rejected;

/** A target that gives us no session, with the mend. */
public class Unreachable extends Rejected {

	private Unreachable(String code, String reason) {
		super(code, reason);
	}

	static Unreachable because(Target target, SQLException ex) {
		var state = Objects.requireNonNullElse(ex.getSQLState(), "");
		return switch (state) {
			case "28P01", "28000" -> new Unreachable("target.login",
					"Target '%s' refuses the log-in of user '%s' at %s: check backout.targets.%s.user and password"
						.formatted(target.name(), target.user(), address(target), target.name()));
			case "3D000" -> new Unreachable("target.missing",
					"Target '%s': there is no database '%s' at %s. Check backout.targets.%s.url"
						.formatted(target.name(), target.database(), address(target), target.name()));
			case "53300" -> new Unreachable("target.full",
					"Target '%s' has no connection left (max_connections). Close some sessions and try again"
						.formatted(target.name()));
			case "57P03" -> new Unreachable("target.starting",
					"Target '%s' is starting up or shutting down. Try again in a moment".formatted(target.name()));
			default -> new Unreachable("target.unreachable",
					"Target '%s' cannot be reached at %s: %s. Is the server running, and backout.targets.%s.url right?"
						.formatted(target.name(), address(target),
								String.valueOf(ex.getMessage()).strip().replaceFirst("\\.+$", ""), target.name()));
		};
	}

	private static String address(Target target) {
		return target.url().replaceAll("\\?.*", "").replace("jdbc:postgresql://", "");
	}

}
