package dev.backout.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import dev.backout.comms.Templates;
import dev.backout.playbook.Finding;
import dev.backout.playbook.PlaybookFile;
import dev.backout.playbook.PlaybookLint;
import dev.backout.playbook.ShippedSteps;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks playbooks by the rules that the application holds at deployment. */
@Command(name = "lint", mixinStandardHelpOptions = true,
		description = "Checks playbooks by the rules that the application holds when it deploys them.",
		footer = { "", "Exit code 0: nothing keeps them out; 1: an error does; 2: bad input.",
				"Nothing of a playbook runs and no database is needed." })
class PlaybookLintCommand implements Callable<Integer> {

	@Parameters(arity = "1..*", paramLabel = "FILE", description = "BPMN files, or directories with *.bpmn files")
	List<Path> paths = List.of();

	@Option(names = "--format", defaultValue = "text", description = "${COMPLETION-CANDIDATES}")
	Format format = Format.text;

	@Option(names = "--templates", paramLabel = "DIR",
			description = "Message templates of your own, beside the built-in ones")
	@Nullable Path templates;

	@Spec
	@SuppressWarnings("NullAway.Init")
	CommandSpec spec;

	/** How findings are written; the names are what people type. */
	enum Format {

		text, json, sarif

	}

	@Override
	public Integer call() throws IOException {
		var known = Templates.in(this.templates).all();
		var lint = new PlaybookLint(ShippedSteps::all, () -> known);
		var files = files();
		var findings = new ArrayList<Finding>();
		for (var file : files) {
			findings.addAll(lint.check(new PlaybookFile(file.toString(), Files.readAllBytes(file))));
		}
		write(findings, files.size());
		return findings.stream().anyMatch((finding) -> finding.level() == Finding.Level.ERROR) ? 1 : 0;
	}

	private List<Path> files() throws IOException {
		var files = new ArrayList<Path>();
		for (var path : this.paths) {
			if (Files.isDirectory(path)) {
				try (var inside = Files.list(path)) {
					inside.filter((file) -> file.toString().endsWith(".bpmn")).sorted().forEach(files::add);
				}
			}
			else {
				files.add(path);
			}
		}
		return files;
	}

	private void write(List<Finding> findings, int files) throws IOException {
		var out = this.spec.commandLine().getOut();
		switch (this.format) {
			case text -> text(findings, files, out);
			case json -> FindingJson.json(findings, out);
			case sarif -> FindingJson.sarif(findings, out);
		}
		out.flush();
	}

	private static void text(List<Finding> findings, int files, PrintWriter out) {
		findings.forEach((finding) -> out.println("%s:%d %s %s [%s] %s. %s.".formatted(finding.file(), finding.line(),
				finding.level().name().toLowerCase(java.util.Locale.ROOT), finding.rule(), finding.element(),
				finding.message(), finding.mend())));
		var errors = findings.stream().filter((finding) -> finding.level() == Finding.Level.ERROR).count();
		out.println("%d playbooks, %d errors, %d warnings".formatted(files, errors, findings.size() - errors));
	}

}
