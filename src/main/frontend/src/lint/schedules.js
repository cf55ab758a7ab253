// Playbooks that start by themselves: every so often from an instant on, never more often than each hour, or when a
// target was migrated.
export function validSchedule(text) {
  const match = /^R\/([^/$#]+)\/([^/$#]+)$/.exec(text);
  return match !== null && instant(match[1]) && period(match[2]);
}

function instant(text) {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

function period(text) {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (!match) return false;
  const [ years, months, weeks, days, hours, minutes, seconds ] = match.slice(1).map(part => Number(part ?? 0));
  if (text.includes('T')) {
    const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    return years + months + weeks === 0 && total >= 3600 && total <= 366 * 86400;
  }
  return years * 12 + months <= 12 && weeks * 7 + days <= 366 && years + months + weeks + days > 0;
}

const triggers = start => start.children.filter(child => child.name.endsWith('EventDefinition'));

/** Whether a timer repeats without an end. */
export const unbounded = timer => timer.children.some(child => child.bpmn('timeCycle') && validSchedule(child.text));

const migrated = (process, trigger) => trigger.bpmn('messageEventDefinition')
  && process.parent?.children.some(message => message.bpmn('message')
    && message.attribute('id') === trigger.attribute('messageRef') && message.attribute('name') === 'target-migrated') === true;

/** Whether a start event has nothing but such a cycle, or the message of a migration. */
export function starts(start) {
  const all = triggers(start);
  return all.length === 1 && start.parent?.bpmn('process') === true
    && (all[0].bpmn('timerEventDefinition') && unbounded(all[0]) || migrated(start.parent, all[0]));
}

export const selfStarting = process => process.children.some(child => child.bpmn('startEvent') && starts(child));
