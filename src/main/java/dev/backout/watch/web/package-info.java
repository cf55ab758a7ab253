/** Health of releases over HTTP. */
@NullMarked
package dev.backout.watch.web;

import org.jspecify.annotations.NullMarked;
