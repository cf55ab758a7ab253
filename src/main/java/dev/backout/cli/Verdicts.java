package dev.backout.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.IntStream;

import dev.backout.kernel.Rejected;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.Inspection;
import org.jspecify.annotations.Nullable;

/** Choosing and writing verdicts. */
final class Verdicts {

	private Verdicts() {
	}

	/** Those from one changeset to another, both included. */
	static Inspection between(Inspection inspection, @Nullable String from, @Nullable String to) {
		var all = inspection.changesets();
		var first = (from != null) ? index(inspection, from) : 0;
		var last = (to != null) ? index(inspection, to) : all.size() - 1;
		if (first > last && !all.isEmpty()) {
			throw new Rejected("cli.range",
					"Changeset '%s' comes after '%s': exchange --from and --to".formatted(from, to));
		}
		return new Inspection(inspection.changelog(), all.isEmpty() ? all : all.subList(first, last + 1),
				inspection.elsewhere());
	}

	/** Where a changeset is: by its id if only one has it, or by its whole name. */
	static int index(Inspection inspection, String name) {
		var found = IntStream.range(0, inspection.changesets().size())
			.filter((i) -> named(inspection.changesets().get(i), name))
			.toArray();
		if (found.length == 0) {
			throw new Rejected("cli.changeset", "Changeset '%s' is not in '%s', or would not run: check its id"
				.formatted(name, inspection.changelog()));
		}
		if (found.length > 1) {
			throw new Rejected("cli.changeset", "%d changesets have the id '%s': write file::id::author, such as '%s'"
				.formatted(found.length, name, inspection.changesets().get(found[0]).changeset()));
		}
		return found[0];
	}

	private static boolean named(ChangesetVerdict verdict, String name) {
		return verdict.changeset().id().equals(name) || verdict.changeset().toString().equals(name);
	}

	static void write(Inspection verdicts, ChangelogArguments arguments) throws IOException {
		if (arguments.output == null) {
			arguments.format.write(verdicts, arguments.allowed, System.out);
			System.out.flush();
			return;
		}
		try (var out = new PrintStream(Files.newOutputStream(arguments.output), false, StandardCharsets.UTF_8)) {
			arguments.format.write(verdicts, arguments.allowed, out);
		}
	}

}
