package dev.backout.cli;

import java.io.FileNotFoundException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;

import dev.backout.kernel.Rejected;
import dev.backout.migration.CloneFailed;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.web.server.PortInUseException;

/** What a person needs to read of a failure whose cause we know: one sentence. */
final class Failures {

	private Failures() {
	}

	/** What is wrong and how to mend it; empty when only the whole trace will do. */
	static Optional<String> sentence(Throwable failure) {
		@Nullable Throwable cause = failure;
		for (int depth = 0; cause != null && depth < 30; depth++) {
			var sentence = known(cause);
			if (sentence != null) {
				return Optional.of(sentence);
			}
			cause = cause.getCause();
		}
		return Optional.empty();
	}

	private static @Nullable String known(Throwable cause) {
		if (cause instanceof Rejected rejected) {
			return rejected.reason();
		}
		if (cause instanceof CloneFailed failed) {
			return failed.getMessage();
		}
		if (cause instanceof PortInUseException port) {
			return "Port %d is in use: stop what listens there, or choose another with --server.port=%d"
				.formatted(port.getPort(), port.getPort() + 1);
		}
		if (cause instanceof BindException) {
			return "The server cannot listen where it should (%s): choose with --server.address and --server.port"
				.formatted(cause.getMessage());
		}
		if (cause instanceof ConfigurationPropertiesBindException) {
			return binding(cause);
		}
		if (cause instanceof SQLException sql) {
			return database(sql);
		}
		if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
			return "There is no file %s: correct its name".formatted(cause.getMessage());
		}
		if (cause instanceof AccessDeniedException) {
			return "%s may not be read or written: change its permissions or name another place"
				.formatted(cause.getMessage());
		}
		if (cause instanceof FileSystemException file && file.getReason() != null) {
			return "%s: %s. Mend that or name another place"
				.formatted(Objects.requireNonNullElse(file.getOtherFile(), file.getFile()), file.getReason());
		}
		return null;
	}

	private static String binding(Throwable failure) {
		var deepest = failure;
		while (deepest.getCause() != null) {
			deepest = deepest.getCause();
		}
		return "A setting is not what it must be: %s; %s".formatted(firstLine(failure.getMessage()),
				firstLine(deepest.getMessage()));
	}

	/** By the state that PostgreSQL, or its driver, gives. */
	private static @Nullable String database(SQLException sql) {
		return switch (String.valueOf(sql.getSQLState())) {
			case "28P01", "28000" ->
				"The database refuses the log-in (%s): check spring.datasource.username and spring.datasource.password"
					.formatted(firstLine(sql.getMessage()));
			case "3D000" -> "The database does not exist (%s): create it, or correct spring.datasource.url"
				.formatted(firstLine(sql.getMessage()));
			case "08001", "08004", "08006" ->
				"The database cannot be reached (%s): is it running, and spring.datasource.url right?"
					.formatted(firstLine(sql.getMessage()));
			case "53300" -> "The database has no connection left: close some sessions and try again";
			default -> null;
		};
	}

	private static String firstLine(@Nullable String text) {
		return (text == null) ? "" : text.lines().findFirst().orElse("").strip();
	}

}
