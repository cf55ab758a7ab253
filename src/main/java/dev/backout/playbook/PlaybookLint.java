package dev.backout.playbook;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.backout.comms.MessageTemplate;
import dev.backout.kernel.Digests;
import dev.backout.step.StepType;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** All rules that a playbook has to keep, over a set of step types. */
public final class PlaybookLint {

	/** How many verdicts are kept. */
	private static final int JUDGED = 200;

	private final Supplier<? extends Collection<StepType>> steps;

	private final Supplier<? extends Collection<MessageTemplate>> templates;

	private final Map<Question, List<Finding>> judged = new ConcurrentHashMap<>();

	/**
	 * Over step types and message templates that may not be known before the first check.
	 */
	public PlaybookLint(Supplier<? extends Collection<StepType>> steps,
			Supplier<? extends Collection<MessageTemplate>> templates) {
		this.steps = steps;
		this.templates = templates;
	}

	/** Everything that is wrong, errors and warnings, in the order of the lines. */
	public List<Finding> check(PlaybookFile file) {
		var findings = new Findings(file.name());
		try {
			var root = XmlNode.parse(file.content());
			var processes = root.children.stream().filter((child) -> child.bpmn("process")).toList();
			if (!root.bpmn("definitions") || processes.size() != 1
					|| !processes.get(0).attribute("isExecutable").equals("true")) {
				findings.document(Rule.ROOT, root.line, "The file is not one executable BPMN process");
				return findings.sorted();
			}
			Grammar.check(root, findings);
			new StructureRules(findings).check(root);
			var graph = new Graph(root);
			var steps = steps();
			new FlowRules(graph, findings).check();
			new HouseRules(graph, steps, new TemplateRules(this.templates.get(), findings), findings).check(root,
					processes.get(0));
			new PathRules(graph, new Safeguards(graph, steps), findings).check(processes.get(0));
		}
		catch (SAXParseException ex) {
			findings.document(Rule.XML, ex.getLineNumber(), String.valueOf(ex.getMessage()));
		}
		catch (SAXException ex) {
			findings.document(Rule.XML, 0, String.valueOf(ex.getMessage()));
		}
		return findings.sorted();
	}

	/**
	 * What keeps the playbook out. The same bytes under the same rules were judged before
	 * when a run of them starts.
	 */
	public List<Finding> errors(PlaybookFile file) {
		var question = new Question(file.name(), Digests.sha256Hex(file.content()), List.copyOf(this.steps.get()),
				List.copyOf(this.templates.get()));
		var known = this.judged.get(question);
		return (known != null) ? known : judge(file, question);
	}

	private List<Finding> judge(PlaybookFile file, Question question) {
		var errors = check(file).stream().filter((finding) -> finding.level() == Finding.Level.ERROR).toList();
		if (this.judged.size() >= JUDGED) {
			this.judged.clear();
		}
		this.judged.put(question, errors);
		return errors;
	}

	/** All that a verdict depends on. */
	private record Question(String name, String digest, List<StepType> steps, List<MessageTemplate> templates) {
	}

	/** What the rules are made of, for the browser. */
	public RuleBook book() {
		return RuleBook.of(this.steps.get(), this.templates.get());
	}

	/** The step types that playbooks may use, by name. */
	public Map<String, StepType> steps() {
		return this.steps.get().stream().collect(Collectors.toMap(StepType::name, Function.identity()));
	}

}
