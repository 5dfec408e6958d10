//! Calls of macros whose arguments are expressions. Each is of type `i32`.

use crate::code::{Code, fill};
use crate::writer::{Scope, Writer};

pub(crate) fn vec_list(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let parts = [w.suspension(s), w.expression(s)];
    Some(fill(0, "vec![~, ~].iter().fold(0i32, |a, b| a.wrapping_add(*b))", parts))
}

pub(crate) fn vec_repeat(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let parts = [w.expression(s), w.suspension(s)];
    Some(fill(0, "(vec![~; (~).rem_euclid(3) as usize].len() as i32)", parts))
}

pub(crate) fn format(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let parts = [w.suspension(s), w.expression(s)];
    Some(fill(0, "(format!(\"{}-{x}\", mark(~), x = { ~ }).len() as i32)", parts))
}

pub(crate) fn assert(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let parts = [w.suspension(s), w.suspension(s), w.expression(s)];
    Some(fill(0, "{ assert!(mark(~) != 777_777, \"{}\", mark(~)); ~ }", parts))
}

pub(crate) fn assert_eq(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let parts = [w.suspension(s), w.expression(s), w.expression(s)];
    Some(fill(0, "{ assert_eq!(mark(~) & 0, 0 & mark(~), \"equal\"); ~ }", parts))
}

pub(crate) fn matches(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    Some(fill(0, "(matches!(mark(~), 0 | 2 | 4) as i32)", [w.suspension(s)]))
}

pub(crate) fn own_macro(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let template = w.one_of(&["(pick!(~, ~, ~))", "(pick!(~, mark(~); ~))"]);
    // The second reads as no list: only its first argument is rewritten.
    let second = if template.contains(';') { Code::text("4") } else { w.suspension(s) };
    let third = if template.contains(';') { Code::text("5") } else { w.suspension(s) };
    Some(fill(0, template, [w.suspension(s), second, third]))
}
