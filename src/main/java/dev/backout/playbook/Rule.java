package dev.backout.playbook;

/**
 * The rules for playbooks. Ids never change and are never used again; what is documented
 * in {@code docs/reference/playbook-rules.md} is made from this list.
 */
public enum Rule {

	XML("PB001", "The file is XML within limits, without DOCTYPE, entities or processing instructions",
			"Export the playbook from the editor again"),
	FILE("PB002", "Only .bpmn files are deployed", "Remove the other files"),
	ELEMENT("PB003", "Only known elements", "Remove the element, or use a step type for what it does"),
	ATTRIBUTE("PB004", "Only known attributes", "Remove the attribute"),
	NAMESPACE("PB005", "Only the namespaces of BPMN, its diagram and Camunda's extensions", "Remove the element"),
	EXPRESSION("PB006", "Only the expression language of playbooks",
			"Use variables, comparison, and, or, not, empty, a ? b : c, now() and after(span)"),
	VALUE("PB007", "Values fit their attribute", "Correct the value"),
	TEXT("PB008", "Text only where text belongs", "Remove the text"),
	DIAGRAM("PB009", "Nothing but a picture in the diagram part", "Export the playbook from the editor again"),
	ROOT("PB010", "One executable process in a BPMN definitions element", "Keep one process per file"),
	PLACE("PB011", "Elements only where they belong, in order, and no oftener", "Move or remove the element"),
	DUPLICATE("PB101", "Every element has an id, and no other has it", "Give the element an id of its own"),
	STEP("PB102", "Every step is an external task of a known type", "Choose a step type from the palette"),
	INPUT("PB103", "Every required input of a step is given", "Add an input parameter of that name"),
	REFUSAL("PB104", "Every code that a step may refuse with has a boundary event",
			"Attach an error boundary event with this code and lead it to a decision"),
	UNKNOWN_REFUSAL("PB105", "Boundary events catch codes that the step can refuse with", "Remove the boundary event"),
	OWNER("PB106", "Every task of a person has an owner", "Name a rotation as candidate group"),
	ESCALATION("PB107", "Every task of a person has a due date and an escalation",
			"Set a due date, and a non-interrupting timer that leads to page.owner"),
	ANSWERS("PB108", "Every task of a person has answers to choose from", "Add a form field of type enum"),
	LOOP("PB109", "Every loop waits for a person or a time", "Put a task of a person, or a timer, into the loop"),
	TTL("PB110", "The history has a time to live", "Set the history time to live, such as P365D"),
	DESTRUCTIVE("PB111", "A step that changes the target comes after a verified backup and an approval, on every path",
			"Put backup.verify and an approval of the sealed plan before it, and lead on only where it was approved"),
	SILENT("PB112", "Every path tells the stakeholders before it ends, and after the last step that changes the target",
			"Put notify.send to an audience of theirs before the end"),
	ABORT("PB113", "A run can be aborted wherever its steps are at work",
			"Wrap the work in a sub-process with a boundary event for the message 'abort'"),
	FALLBACK("PB114", "Every decision has a default, its safe way out", "Mark one flow as default"),
	VARIABLE("PB115", "Every variable that is read is given by something", "Correct the name"),
	RESERVED("PB116", "What the engine itself sets is not set by playbooks", "Use another name"),
	TEMPLATE("PB117", "Message templates exist", "Correct the name, or add the template"),
	NAME("PB118", "Steps, tasks and ends have names that an operator can read", "Name the element"),
	START("PB119",
			"A playbook and a sub-process start in one plain way, a playbook also on a schedule or after a migration",
			"Keep one start event without a trigger, with a cycle such as R/2026-01-01T02:00:00Z/P1D, or with the message target-migrated"),
	PICTURE("PB120", "Every element is in the diagram", "Open the playbook in the editor and save it"),
	DECISION("PB121", "The answers to a task are the ones that the playbook goes on from",
			"Use the answers of the task in the conditions behind it"),
	REFERENCE("PB122", "References lead to elements of the same process or sub-process", "Draw the connection again"),
	CONDITION("PB123", "Conditions are on the ways out of a decision, on all but its default",
			"Give each way out of an exclusive gateway a condition, except the default"),
	REACHED("PB124", "Every element lies on a path from the start to an end", "Connect it, or remove it"),
	WAIT("PB125", "Only people and spans of time are waited for, and the message 'abort' for the work",
			"Use a task with an owner, or a timer"),
	BESIDE("PB126", "Ways that run beside each other meet at one join, and reminders only ask and tell",
			"Join all ways of a fork with one parallel gateway, or let them end apart"),
	APPROVAL("PB127", "Only an approval gives its answer, for the sealed plan",
			"Give the approval a variable of its own with the answer 'approve', and no other seal"),
	FITTING("PB128", "What a step is told fits the input", "Give a value of the kind that the step type names"),
	SEEN("PB129", "The drawing shows every element once, open, where it can be seen",
			"Open the playbook in the editor, draw the element where others see it, and save it"),
	SCHEDULED("PB140", "A playbook that starts by itself changes no target",
			"Let a person start it, so that another one can approve it");

	private final String id;

	private final String text;

	private final String mend;

	Rule(String id, String text, String mend) {
		this.id = id;
		this.text = text;
		this.mend = mend;
	}

	public String id() {
		return this.id;
	}

	public String text() {
		return this.text;
	}

	public String mend() {
		return this.mend;
	}

}
