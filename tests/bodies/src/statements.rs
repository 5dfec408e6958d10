//! The statements that bodies are made of.

use crate::code::{Code, fill};
use crate::writer::{Scope, Writer};

/// Writes a construct, or nothing where it cannot stand.
pub(crate) type Write = fn(&mut Writer<'_>, &mut Scope) -> Option<Code>;

/// Every statement, with its name in the table.
pub(crate) const ALL: &[(&str, Write)] = &[
    ("let", bind),
    ("let", bind),
    ("let mut", bind_mut),
    ("let with a pattern", bind_pattern),
    ("statement that suspends", suspends),
    ("expression statement", expression),
    ("assignment", assignment),
    ("assignment", assignment),
    ("local that drops", guard),
    ("value dropped at once", dropped_at_once),
    ("let-else", let_else),
    ("if without else", if_without_else),
    ("match statement", match_statement),
    ("for over a range", for_range),
    ("for over owned values", for_owned),
    ("while", while_loop),
    ("while-let chain", while_let),
    ("loop without a value", loop_without_value),
    ("return", returns),
    ("conditional move", conditional_move),
    ("move in a loop", move_in_loop),
    ("panic", panics),
    ("items handed out one by one", each),
    ("let without a value", declared),
    ("block statement", block),
    ("nested loops with labels", nested_loops),
];

/// What leaves or repeats a loop.
pub(crate) const JUMPS: &[(&str, Write)] = &[("break", breaks), ("continue", continues)];

fn bind(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let value = w.expression(s);
    let name = w.name(s);
    s.bind(&name);
    Some(fill(0, "let ~ = ~;", [Code::text(name), value]))
}

fn bind_mut(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let value = w.expression(s);
    let name = w.name(s);
    s.bind_mut(&name);
    Some(fill(0, "let mut ~ = ~;", [Code::text(name), value]))
}

fn bind_pattern(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let parts = [w.expression(s), w.suspension(s)];
    s.bind(&format!("x{id}"));
    s.bind(&format!("y{id}"));
    let template = w.one_of(&[
        "let (x#, _g#, y#) = (~, noisy(#), ~);",
        "let Pair { left: x#, right: y#, .. } = (Pair { right: ~, ..pair(~) });",
        "let [x#, y#] = [~, ~];",
    ]);
    Some(fill(id, template, parts))
}

fn suspends(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    s.may_suspend.then(|| fill(0, "~;", [w.suspension(s)]))
}

fn expression(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    Some(fill(0, "mark(~);", [w.expression(s)]))
}

fn assignment(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let target = (!s.muts().is_empty()).then(|| w.one_of(s.muts()))?;
    let operator = w.one_of(&["=", "^=", "|="]);
    let parts = [Code::text(target), Code::text(operator), w.expression(s)];
    Some(fill(0, "~ ~ ~;", parts))
}

fn guard(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    Some(fill(id, "let _g# = noisy(~);", [w.expression(s)]))
}

fn dropped_at_once(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let template = w.one_of(&["let _ = noisy(~);", "_ = noisy(~);", "noisy(~);"]);
    Some(fill(0, template, [w.suspension(s)]))
}

fn let_else(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    if !s.may_leave {
        return None;
    }
    let id = w.id();
    let operand = w.expression(s);
    let parts = [operand, w.suspension(s), Code::returned(w.expression(s))];
    s.bind(&format!("x{id}"));
    let template = w.one_of(&[
        "let Some(x#) = some(~) else { mark(~); ~ };",
        "let Some(x#) = noisy(#).maybe(~) else { mark(~); ~ };",
    ]);
    Some(fill(id, template, parts))
}

fn if_without_else(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let mut inner = s.inside();
    let parts = [w.expression(s), w.expression(s), w.statements(&mut inner)];
    Some(fill(0, "if (~) > (~) { ~ }", parts))
}

fn match_statement(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let (mut first, mut second) = (s.inside(), s.with(&format!("x{id}")));
    let guard = w.suspension(&second);
    let parts = [w.expression(s), w.statements(&mut first), guard, w.statements(&mut second)];
    Some(fill(id, "match mark(~) { 0..3 => { ~ } x# if (~) < 4 => { ~ } _ => {} }", parts))
}

fn for_range(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let mut inner = s.within_loop(format!("'l{id}"), false).with(&format!("x{id}"));
    let parts = [w.expression(s), w.statements(&mut inner)];
    Some(fill(id, "'l#: for x# in 0..(~).rem_euclid(4) { mark(x#); ~ }", parts))
}

fn for_owned(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let mut inner = s.within_loop(format!("'l{id}"), false);
    let template = "'l#: for g# in vec![noisy(#), noisy(~)] { \
                    if g#.get(~) % 3 == 2 { break; } ~ }";
    let parts = [w.expression(s), w.suspension(&inner), w.statements(&mut inner)];
    Some(fill(id, template, parts))
}

fn while_loop(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let mut inner = s.within_loop(format!("'l{id}"), false);
    let template = "let mut w# = 0i32; 'l#: while { w# += 1; w# < 3 && (~) > 0 } { \
                    let _g# = noisy(#); ~ }";
    Some(fill(id, template, [w.suspension(s), w.statements(&mut inner)]))
}

fn while_let(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let condition = s.with(&format!("x{id}"));
    let mut inner = s.within_loop(format!("'l{id}"), false).with(&format!("x{id}"));
    let template = "let mut v# = vec![~, ~, 3]; 'l#: while let Some(x#) = v#.pop() \
                    && x# != (~) { ~ }";
    let parts =
        [w.expression(s), w.suspension(s), w.suspension(&condition), w.statements(&mut inner)];
    Some(fill(id, template, parts))
}

fn loop_without_value(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let mut inner = s.within_loop(format!("'l{id}"), false).with(&format!("i{id}"));
    let template = "let mut i# = 0i32; 'l#: loop { i# += 1; if i# > 2 { break 'l#; } ~ }";
    Some(fill(id, template, [w.statements(&mut inner)]))
}

fn returns(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    if !s.may_leave {
        return None;
    }
    let condition = w.expression(s);
    Some(fill(0, "if (~) % 5 == 3 { ~; }", [condition, Code::returned(w.expression(s))]))
}

fn breaks(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let target = (!s.loops().is_empty()).then(|| w.one_of(s.loops()))?;
    let value = if target.has_value { w.suspension(s) } else { Code::default() };
    let template = format!("if (~) % 3 == 1 {{ break {} ~; }}", target.label);
    Some(fill(0, &template, [w.expression(s), value]))
}

fn continues(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let loops: Vec<_> = s.loops().iter().filter(|it| !it.is_block).cloned().collect();
    let target = (!loops.is_empty()).then(|| w.one_of(&loops))?;
    let template = format!("if (~) % 3 == 2 {{ continue {}; }}", target.label);
    Some(fill(0, &template, [w.expression(s)]))
}

fn conditional_move(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let parts = [w.suspension(s), w.suspension(s)];
    Some(fill(id, "let g# = noisy(#); if (~) > 2 { drop(g#); } mark(~);", parts))
}

fn move_in_loop(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let inner = s.inside();
    let template = "let mut g# = Some(noisy(#)); for i# in 0..3i32 { \
                    if i# == (~) & 3 { drop(g#.take()); } mark(~); }";
    Some(fill(id, template, [w.expression(&inner), w.suspension(&inner)]))
}

fn panics(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    Some(fill(id, "if (~) % 11 == 6 { fail(#); }", [w.expression(s)]))
}

fn each(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    if !s.may_suspend {
        return None;
    }
    let (first, second) = (w.expression(s), w.suspension(s));
    Some(Code::each(w.site(), first, second))
}

fn declared(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let template = "let x#; let _g# = noisy(#); if (~) > 2 { x# = ~; } else { x# = ~; }";
    let parts = [w.expression(s), w.suspension(s), w.expression(s)];
    s.bind(&format!("x{id}"));
    Some(fill(id, template, parts))
}

fn block(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let mut inner = s.inside();
    Some(fill(id, "{ let _g# = noisy(#); ~ }", [w.statements(&mut inner)]))
}

fn nested_loops(w: &mut Writer<'_>, s: &mut Scope) -> Option<Code> {
    let id = w.id();
    let outer = s.within_loop(format!("'l{id}"), false).with(&format!("x{id}"));
    let mut inner = outer.within_loop(format!("'m{id}"), false).with(&format!("y{id}"));
    let template = "'l#: for x# in 0..2i32 { let _g# = noisy(x#); 'm#: for y# in 0..2i32 { \
                    if x# == (~) & 3 { continue 'l#; } ~ mark(~); } }";
    let parts = [w.expression(&outer), w.statements(&mut inner), w.suspension(&outer)];
    Some(fill(id, template, parts))
}
