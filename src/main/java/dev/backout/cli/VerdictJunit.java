package dev.backout.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.Inspection;
import dev.backout.migration.ProofOutcome;
import dev.backout.migration.Verdict;

/** Verdicts as JUnit's XML: a failure where the verdict is worse than allowed. */
final class VerdictJunit {

	private VerdictJunit() {
	}

	static void write(Inspection verdicts, Verdict allowed, PrintStream out) {
		try {
			var xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8");
			xml.writeStartDocument("UTF-8", "1.0");
			xml.writeStartElement("testsuite");
			xml.writeAttribute("name", clean(verdicts.changelog()));
			xml.writeAttribute("tests", String.valueOf(verdicts.changesets().size()));
			xml.writeAttribute("errors", "0");
			xml.writeAttribute("failures", String.valueOf(
					verdicts.changesets().stream().filter((verdict) -> !verdict.verdict().within(allowed)).count()));
			xml.writeAttribute("skipped",
					String.valueOf(verdicts.changesets()
						.stream()
						.filter((verdict) -> verdict.verdict().within(allowed) && skipped(verdict))
						.count()));
			xml.writeAttribute("time", seconds(verdicts.changesets().stream().mapToDouble(VerdictJunit::took).sum()));
			for (var verdict : verdicts.changesets()) {
				changeset(xml, verdict, allowed);
			}
			xml.writeEndElement();
			xml.writeEndDocument();
			xml.flush();
			out.println();
		}
		catch (XMLStreamException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void changeset(XMLStreamWriter xml, ChangesetVerdict verdict, Verdict allowed)
			throws XMLStreamException {
		xml.writeStartElement("testcase");
		xml.writeAttribute("classname", clean(verdict.changeset().file()));
		xml.writeAttribute("name", clean(verdict.changeset().id() + " by " + verdict.changeset().author()));
		xml.writeAttribute("time", seconds(took(verdict)));
		var reasons = verdict.reasons().stream().map((reason) -> reason.text()).collect(Collectors.joining("\n"));
		if (!verdict.verdict().within(allowed)) {
			xml.writeStartElement("failure");
			xml.writeAttribute("type", verdict.verdict().name());
			xml.writeAttribute("message", clean(verdict.reasons().isEmpty() ? "" : verdict.reasons().get(0).text()));
			xml.writeCharacters(clean(reasons));
			xml.writeEndElement();
		}
		else if (skipped(verdict)) {
			xml.writeEmptyElement("skipped");
			var proof = verdict.proof();
			if (proof != null && proof.why() != null) {
				xml.writeAttribute("message", clean(proof.why()));
			}
		}
		xml.writeEndElement();
	}

	private static boolean skipped(ChangesetVerdict verdict) {
		var proof = verdict.proof();
		return proof != null && proof.outcome() == ProofOutcome.SKIPPED;
	}

	private static String seconds(double time) {
		return String.format(Locale.ROOT, "%.3f", time);
	}

	private static double took(ChangesetVerdict verdict) {
		var proof = verdict.proof();
		return (proof != null) ? (proof.applyMillis() + proof.revertMillis()) / 1000.0 : 0;
	}

	/** XML cannot hold control characters. */
	private static String clean(String text) {
		return text.replaceAll("[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "?");
	}

}
