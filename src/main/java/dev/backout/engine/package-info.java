/** The only module that knows Camunda: deploys playbooks, runs steps, fires timers. */
@NullMarked
package dev.backout.engine;

import org.jspecify.annotations.NullMarked;
