package dev.backout.comms;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Kind;
import org.springframework.stereotype.Component;

/** Step {@code notify.send}: sends a message from a template to an audience. */
@Component
class NotifyStep implements StepHandler {

	/** Gaps of the shipped templates that a playbook may fill. */
	private static final List<Field> FIELDS = List.of(Field.optional("impact", "What customers notice"),
			Field.optional("scope", "What is affected"), Field.optional("whatWeDo", "What is being done"),
			Field.optional("whatWeDid", "What was done"), Field.optional("whatHasChanged", "What is new"),
			Field.optional("whatIsLeft", "What is left to do"), Field.optional("whatToDo", "What readers should do"),
			Field.optional("nextUpdateAt", "When the next word is promised, such as 2026-11-23T03:30:00Z")
				.of(Kind.MOMENT),
			Field.optional("owner", "Who answers for it"), Field.optional("what", "What is to be approved"),
			Field.optional("undo", "Whether it can be undone"), Field.optional("requester", "Who asks"),
			Field.optional("target", "Which database"), Field.optional("why", "Why this person"),
			Field.optional("before", "Who was asked before"), Field.optional("next", "Who is asked next"),
			Field.optional("dueAt", "When it is due").of(Kind.MOMENT),
			Field.optional("escalatesAt", "When the next person is asked").of(Kind.MOMENT),
			Field.optional("url", "Where to look"));

	private static final StepType TYPE = new StepType("notify.send", "Send a message",
			"Sends a message from a template to an audience, without a person in between", inputs(),
			List.of(Field.required("message", "Id of the message")), List.of(), false);

	/** The kind of run that people outside are told of: no drill, no rehearsal. */
	private static final String REAL = "REAL";

	private final Messages messages;

	NotifyStep(Messages messages) {
		this.messages = messages;
	}

	private static List<Field> inputs() {
		var inputs = new ArrayList<>(List.of(Field.required("template", "Name of the message template"),
				Field.required("audience",
						"Who gets it: an audience of the product, subscribers, person:, rotation: or role:"),
				Field.optional("release", "Release that it is about; fills what the catalogue knows"),
				Field
					.optional("draft",
							"true to send the run's draft from this template, and nothing if its owner has sent it")
					.of(Kind.FLAG)));
		inputs.addAll(FIELDS);
		return inputs;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		// Every run knows its kind, and no playbook can say otherwise.
		if (!step.optional("kind").orElse(REAL).equals(REAL)) {
			return new StepOutcome.Done("An exercise: nobody outside is written to", Map.of("message", ""));
		}
		var request = new MessageRequest(step.required("template"), step.required("audience"), step.runId(),
				step.optional("release").orElse(null), fields(step));
		var message = step.optional("draft").filter("true"::equals).isPresent() ? sendDraft(step, request)
				: this.messages.send(step.key(), request, "system");
		return new StepOutcome.Done("Sent: " + subject(message), Map.of("message", message.id().toString()));
	}

	/** What the run's owner of messages wrote, unless they have sent it themselves. */
	private Message sendDraft(StepContext step, MessageRequest request) {
		var written = this.messages.of(step.runId())
			.stream()
			.filter((message) -> message.template().equals(request.template()))
			.toList();
		return written.stream()
			.filter((message) -> !message.draft())
			.findFirst()
			.or(() -> written.stream().findFirst().map((draft) -> this.messages.send(draft.id(), "system")))
			.orElseGet(() -> this.messages.send(step.key(), request, "system"));
	}

	private static String subject(Message message) {
		return (message.sent() != null) ? message.sent().content().subject() : message.template();
	}

	private static Map<String, String> fields(StepContext step) {
		var fields = new HashMap<String, String>();
		FIELDS.forEach((field) -> step.optional(field.name()).ifPresent((value) -> fields.put(field.name(), value)));
		return fields;
	}

}
