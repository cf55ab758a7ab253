package dev.backout.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import dev.backout.migration.ChangesetProof;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.Inspection;
import dev.backout.migration.Verdict;

/** Verdicts for people: a line per changeset, its reasons below it, a sum at the end. */
final class VerdictTable {

	private static final int WIDTH = 100;

	private static final int LINES = 6;

	private VerdictTable() {
	}

	static void write(Inspection verdicts, Verdict allowed, PrintStream out) {
		for (var verdict : verdicts.changesets()) {
			changeset(verdict, allowed, out);
		}
		var counts = Arrays.stream(Verdict.values())
			.map((kind) -> new Object[] { kind,
					verdicts.changesets().stream().filter((verdict) -> verdict.verdict() == kind).count() })
			.filter((count) -> (long) count[1] > 0)
			.map((count) -> count[1] + " " + count[0])
			.collect(Collectors.joining(", "));
		var worse = verdicts.changesets().stream().filter((verdict) -> !verdict.verdict().within(allowed)).count();
		out.printf("%n%d changesets: %s%n", verdicts.changesets().size(),
				counts.isEmpty() ? "nothing to undo" : counts);
		if (verdicts.elsewhere() > 0) {
			out.printf("%d more are for other databases: on PostgreSQL they never run.%n", verdicts.elsewhere());
		}
		out.println((worse == 0) ? "None is worse than %s.".formatted(allowed)
				: "%d worse than %s.".formatted(worse, allowed));
	}

	private static void changeset(ChangesetVerdict verdict, Verdict allowed, PrintStream out) {
		out.printf("%s %-21s %s by %s  (%s)%n", verdict.verdict().within(allowed) ? " " : "!", verdict.verdict(),
				verdict.changeset().id(), verdict.changeset().author(), verdict.changeset().file());
		var lines = new ArrayList<String>();
		verdict.reasons().forEach((reason) -> lines.add(reason.text()));
		if (!verdict.lock().equals("none")) {
			lines.add("Lock: " + verdict.lock());
		}
		var proof = verdict.proof();
		if (proof != null) {
			lines.addAll(of(proof));
		}
		lines.forEach((line) -> wrapped(line, out));
	}

	private static List<String> of(ChangesetProof proof) {
		var lines = new ArrayList<String>();
		var also = proof.also().stream().map((outcome) -> " and " + outcome).collect(Collectors.joining());
		lines.add("Proof: %s%s%s; apply %d ms, revert %d ms".formatted(proof.outcome(), also,
				(proof.why() != null) ? ": " + proof.why() : "", proof.applyMillis(), proof.revertMillis()));
		var survival = proof.survival();
		if (survival != null) {
			lines.add("Rows written meanwhile: %d of %d survived".formatted(survival.survived(), survival.written()));
		}
		var differences = new ArrayList<String>(proof.schemaDiff());
		differences.addAll(proof.dataDiff());
		differences.stream().limit(LINES).map((line) -> "  " + line).forEach(lines::add);
		if (differences.size() > LINES) {
			lines.add("  and %d more".formatted(differences.size() - LINES));
		}
		return lines;
	}

	private static void wrapped(String text, PrintStream out) {
		var indent = " ".repeat(6 + text.length() - text.stripLeading().length());
		var line = new StringBuilder(indent);
		for (var word : text.strip().split("\\s+")) {
			if (line.length() + word.length() > WIDTH && !line.toString().isBlank()) {
				out.println(line.toString().stripTrailing());
				line.setLength(0);
				line.append(indent).append("  ");
			}
			line.append(word).append(' ');
		}
		out.println(line.toString().stripTrailing());
	}

}
