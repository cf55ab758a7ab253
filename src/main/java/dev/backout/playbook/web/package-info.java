/** Playbooks for scripts. */
@NullMarked
package dev.backout.playbook.web;

import org.jspecify.annotations.NullMarked;
