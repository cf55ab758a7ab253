package dev.backout.cli;

import java.io.PrintStream;

import dev.backout.migration.Inspection;
import dev.backout.migration.Verdict;

/** How verdicts are written. The names are what a user types. */
enum VerdictFormat {

	/** For people. */
	table {
		@Override
		void write(Inspection verdicts, Verdict allowed, PrintStream out) {
			VerdictTable.write(verdicts, allowed, out);
		}
	},

	/** Our own shape, stable and documented. */
	json {
		@Override
		void write(Inspection verdicts, Verdict allowed, PrintStream out) {
			out.println(VerdictJson.of(verdicts).toPrettyString());
		}
	},

	/** For code review: SARIF 2.1.0. */
	sarif {
		@Override
		void write(Inspection verdicts, Verdict allowed, PrintStream out) {
			out.println(VerdictSarif.of(verdicts, allowed).toPrettyString());
		}
	},

	/** For build servers: a test case per changeset. */
	junit {
		@Override
		void write(Inspection verdicts, Verdict allowed, PrintStream out) {
			VerdictJunit.write(verdicts, allowed, out);
		}
	};

	abstract void write(Inspection verdicts, Verdict allowed, PrintStream out);

}
