//! The expressions that bodies are made of. Each is of type `i32`.

use crate::code::{Code, fill};
use crate::macro_calls;
use crate::writer::{Scope, Writer};

/// Writes a construct, or nothing where it cannot stand.
pub(crate) type Write = fn(&mut Writer<'_>, &Scope) -> Option<Code>;

/// Every expression, with its name in the table.
pub(crate) const ALL: &[(&str, Write)] = &[
    ("suspension", suspension),
    ("suspension", suspension),
    ("suspension", suspension),
    ("suspension", suspension),
    ("await of what is ready", ready),
    ("delegation", delegation),
    ("async block", async_block),
    ("method call on a temporary", method_call),
    ("temporaries in arguments", temporaries),
    ("operator", operator),
    ("short circuit", short_circuit),
    ("cast, negation, reference", unary),
    ("block with locals", block),
    ("if and else", if_else),
    ("if-let chain", if_let_chain),
    ("if let with temporaries", if_let_temporaries),
    ("match guard that suspends", match_guard),
    ("match on an element", match_element),
    ("match on a tuple", match_tuple),
    ("match by reference", match_reference),
    ("match that moves", match_move),
    ("loop with a value", loop_value),
    ("labelled block", labelled_block),
    ("closure called at once", closure),
    ("closure across a suspension", closure_across),
    ("closure that owns", closure_owning),
    ("closure in a method's argument", closure_argument),
    ("vec!", macro_calls::vec_list),
    ("vec! with a length", macro_calls::vec_repeat),
    ("format!", macro_calls::format),
    ("assert!", macro_calls::assert),
    ("assert_eq!", macro_calls::assert_eq),
    ("matches!", macro_calls::matches),
    ("macro of the crate's own", macro_calls::own_macro),
    ("array", array),
    ("tuple", tuple),
    ("structure with a base", structure),
    ("unwrap_or", unwrap_or),
    ("question mark", question_mark),
    ("return in an operand", return_operand),
    ("assignment in an operand", assign_operand),
    ("assignment in an operand", assign_operand),
    ("shared borrow across a suspension", borrow),
    ("mutable borrow across a suspension", borrow_mut),
    ("borrowing iterator across a suspension", borrow_iterator),
    ("compound assignment to an element", compound),
    ("box", boxed),
    ("move in mid-block", moved),
    ("partial move", partial_move),
    ("late initialisation", late),
    ("reassignment of what drops", reassigned),
    ("const block and nested function", nested_items),
];

/// What leaves or repeats a loop; written within loops alone, so they have a table of their own.
pub(crate) const JUMPS: &[(&str, Write)] =
    &[("break in an operand", break_operand), ("continue in an operand", continue_operand)];

fn suspension(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    s.may_suspend.then(|| w.suspension(s))
}

fn ready(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    s.may_suspend.then(|| Code::ready(w.expression(s)))
}

fn delegation(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    s.may_suspend.then(|| Code::delegate(w.id(), w.expression(s)))
}

fn async_block(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    // In a generator it is a plain block, and in a stream it must not yield: so it does not
    // suspend by itself.
    if !s.may_suspend {
        return None;
    }
    let mut inner = s.in_async_block();
    inner.may_suspend = false;
    let id = w.id();
    let parts = [w.expression(&inner), w.expression(&inner)];
    Some(Code::block(fill(id, "let x# = ~; let _g# = noisy(#); x# ^ ~", parts)))
}

fn method_call(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    Some(fill(id, "noisy(#).get(~)", [w.suspension(s)]))
}

fn temporaries(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    Some(fill(id, "noisy(#).add(&noisy(~), ~)", [w.expression(s), w.suspension(s)]))
}

fn operator(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let template = w.one_of(&[
        "(~).wrapping_add(~)",
        "(~).wrapping_sub(~)",
        "(~).wrapping_mul(~)",
        "((~) ^ (~))",
        "((~) & (~))",
    ]);
    Some(fill(0, template, [w.expression(s), w.expression(s)]))
}

fn short_circuit(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let parts = [w.expression(s), w.suspension(s), w.expression(s), w.expression(s)];
    Some(fill(0, "(((~) > 1 && (~) > (~) || (~) == 1) as i32)", parts))
}

fn unary(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let template =
        w.one_of(&["(!(~))", "i32::wrapping_neg(~)", "((~) as i64 as i32)", "(*&mark(~))"]);
    Some(fill(0, template, [w.expression(s)]))
}

fn block(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let first = w.expression(s);
    let mut inner = s.with(&format!("x{id}"));
    let parts = [first, w.statements(&mut inner), w.expression(&inner)];
    Some(fill(id, "{ let x# = ~; let _g# = noisy(#); ~ ~ }", parts))
}

fn if_else(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let parts = [w.expression(s), w.expression(s), w.expression(s), w.expression(s)];
    Some(fill(0, "(if (~) > (~) { ~ } else { ~ })", parts))
}

fn if_let_chain(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let first = w.expression(s);
    let inner = s.with(&format!("x{id}"));
    let parts = [first, w.suspension(&inner), w.expression(&inner), w.expression(s)];
    Some(fill(id, "(if let Some(x#) = some(~) && x# < (~) { ~ } else { ~ })", parts))
}

fn if_let_temporaries(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let first = w.expression(s);
    let inner = s.with(&format!("x{id}"));
    let parts = [first, w.suspension(&inner), w.suspension(s)];
    Some(fill(id, "(if let Some(x#) = noisy(#).maybe(~) { ~ } else { ~ })", parts))
}

fn match_guard(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let scrutinee = w.expression(s);
    let inner = s.with(&format!("x{id}"));
    let guard = w.suspension(&inner);
    let parts = [scrutinee, w.expression(s), guard, w.expression(&inner), w.expression(s)];
    Some(fill(id, "(match mark(~) { 0 => ~, x# if (~) % 2 == 0 => ~, _ => ~ })", parts))
}

fn match_element(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let inner = s.with(&format!("x{id}"));
    let [a, b, c, at] = [(); 4].map(|()| w.expression(s));
    let guard = w.suspension(&inner);
    let parts = [a, b, c, at, guard, w.expression(&inner), w.expression(s)];
    let template = "{ let a# = [~, ~, ~]; let at# = (~).rem_euclid(3) as usize; \
                    match a#[at#] { x# if (~) > 2 => ~, 1 => ~, x# => mark(x#) } }";
    Some(fill(id, template, parts))
}

fn match_tuple(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let inner = s.with(&format!("x{id}"));
    let parts = [w.expression(s), w.expression(s), w.suspension(&inner), w.expression(s)];
    let template = "(match (~, ~) { (0, x#) | (x#, 1) if x# > 0 => ~, \
                    (x#, y#) if x# == y# => mark(x#), _ => ~ })";
    Some(fill(id, template, parts))
}

fn match_reference(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let inner = s.with(&format!("x{id}"));
    let parts = [w.expression(s), w.suspension(&inner), w.suspension(&inner), w.expression(s)];
    let template = "{ let p# = (noisy(#), ~); \
                    match p# { (ref g#, x#) if (~) > 1 => g#.get(~), _ => ~ } }";
    Some(fill(id, template, parts))
}

fn match_move(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let inner = s.with(&format!("x{id}"));
    let first = w.expression(s);
    let guard = w.suspension(&inner);
    let parts = [first, guard, w.suspension(&inner), w.suspension(s)];
    let template = "(match (noisy(#), ~) { (g#, x#) if (~) > 1 => { drop(g#); ~ } \
                    (g#, _) => g#.get(~) })";
    Some(fill(id, template, parts))
}

fn loop_value(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let mut inner = s.within_loop(format!("'l{id}"), true).with(&format!("i{id}"));
    // Without the loop's label: `break continue` would never end it.
    let last = w.expression(&s.with(&format!("i{id}")));
    let template = "{ let mut i# = 0i32; 'l#: loop { i# += 1; let _g# = noisy(#); \
                    if i# > 2 { break ~; } ~ } }";
    Some(fill(id, template, [last, w.statements(&mut inner)]))
}

fn labelled_block(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let inner = s.within_block(format!("'b{id}"));
    let parts = [w.expression(&inner), w.expression(&inner), w.expression(&inner)];
    let template = "('b#: { let _g# = noisy(#); if (~) > 1 { break 'b# ~; } ~ })";
    Some(fill(id, template, parts))
}

fn closure(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let inside = w.expression(&s.in_closure(&format!("x{id}")));
    Some(fill(id, "(|x#: i32| ~)(~)", [inside, w.expression(s)]))
}

fn closure_across(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let inside = w.expression(&s.in_closure(&format!("x{id}")));
    Some(fill(id, "{ let f# = |x#: i32| ~; let y# = ~; f#(y#) }", [inside, w.suspension(s)]))
}

fn closure_owning(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let parts = [w.suspension(s), w.suspension(s)];
    let template = "{ let g# = noisy(#); let f# = move |x: i32| g#.get(x); \
                    mark(~); f#(~) }";
    Some(fill(id, template, parts))
}

fn closure_argument(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let operand = w.expression(s);
    let inside = w.expression(&s.in_closure(&format!("x{id}")));
    Some(fill(id, "some(~).map(|x#| ~).unwrap_or(~)", [operand, inside, w.suspension(s)]))
}

fn array(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let parts = [w.expression(s), w.suspension(s), w.expression(s), w.expression(s)];
    Some(fill(0, "[~, ~, ~][(~).rem_euclid(3) as usize]", parts))
}

fn tuple(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let template = w.one_of(&["(~, noisy(#), ~).0", "(~, noisy(#), ~).2"]);
    Some(fill(id, template, [w.expression(s), w.suspension(s)]))
}

fn structure(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let parts = [w.suspension(s), w.suspension(s)];
    Some(fill(id, "(Pair { left: ~, guard: noisy(#), ..pair(~) }).sum()", parts))
}

fn unwrap_or(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    Some(fill(0, "some(~).unwrap_or(~)", [w.expression(s), w.suspension(s)]))
}

fn question_mark(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    s.may_leave.then(|| Code::tried(w.expression(s)))
}

fn return_operand(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    if !s.may_leave {
        return None;
    }
    let condition = w.expression(s);
    let output = Code::returned(w.expression(s));
    Some(fill(0, "(if (~) % 5 == 4 { ~ } else { ~ })", [condition, output, w.expression(s)]))
}

fn break_operand(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let target = (!s.loops().is_empty()).then(|| w.one_of(s.loops()))?;
    let condition = w.expression(s);
    let value = if target.has_value { w.expression(s) } else { Code::default() };
    let leave = fill(0, &format!("break {} ~", target.label), [value]);
    Some(fill(0, "(if (~) % 3 == 2 { ~ } else { ~ })", [condition, leave, w.expression(s)]))
}

fn continue_operand(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let loops: Vec<_> = s.loops().iter().filter(|it| !it.is_block).cloned().collect();
    let target = (!loops.is_empty()).then(|| w.one_of(&loops))?;
    let leave = Code::text(format!("continue {}", target.label));
    let parts = [w.expression(s), leave, w.expression(s)];
    Some(fill(0, "(if (~) % 3 == 1 { ~ } else { ~ })", parts))
}

fn assign_operand(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let target = (!s.muts().is_empty()).then(|| w.one_of(s.muts()))?;
    let target = || Code::text(target.clone());
    let parts = [target(), target(), w.suspension(s), target()];
    Some(fill(0, "{ ~ = ~.wrapping_add(~); ~ }", parts))
}

fn borrow(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let template = "{ let g# = noisy(#); let r# = &g#; mark(~); r#.get(~) }";
    Some(fill(id, template, [w.suspension(s), w.suspension(s)]))
}

fn borrow_mut(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let template = "{ let mut m# = ~; { let r# = &mut m#; *r# = (~).wrapping_add(*r#); \
                    mark(~); *r# ^= 1; } m# }";
    Some(fill(id, template, [w.expression(s), w.suspension(s), w.suspension(s)]))
}

fn borrow_iterator(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let inner = s.with(&format!("sum{id}"));
    let template = "{ let v# = [noisy(#), noisy(~)]; let mut sum# = 0i32; \
                    for g# in &v# { sum# = sum#.wrapping_add(g#.get(~)); } sum# }";
    Some(fill(id, template, [w.expression(s), w.suspension(&inner)]))
}

fn compound(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let parts = [w.expression(s), w.expression(s), w.suspension(s), w.suspension(s)];
    let template = "{ let mut a# = [~, ~]; a#[((~) & 1) as usize] ^= ~; a#[0] ^ mark(a#[1]) }";
    Some(fill(id, template, parts))
}

fn boxed(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    Some(fill(0, "*Box::new((~).wrapping_add(~))", [w.expression(s), w.suspension(s)]))
}

fn moved(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let mut inner = s.inside();
    let template = "{ let g# = noisy(#); mark(~); ~ drop(g#); ~ }";
    let first = w.suspension(s);
    Some(fill(id, template, [first, w.statements(&mut inner), w.suspension(&inner)]))
}

fn partial_move(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let template = "{ let p# = (noisy(#), noisy(~)); drop(p#.0); mark(~); p#.1.get(~) }";
    Some(fill(id, template, [w.expression(s), w.suspension(s), w.expression(s)]))
}

fn late(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let template = "{ let g#; let x# = if (~) > 1 { g# = noisy(#); g#.get(~) } else { ~ }; \
                    mark(x#.wrapping_add(~)) }";
    let parts = [w.expression(s), w.suspension(s), w.expression(s), w.suspension(s)];
    Some(fill(id, template, parts))
}

fn reassigned(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let template = "{ let mut g# = noisy(#); mark(~); g# = noisy(~); mark(~); g#.get(~) }";
    let parts = [w.suspension(s), w.suspension(s), w.suspension(s), w.expression(s)];
    Some(fill(id, template, parts))
}

fn nested_items(w: &mut Writer<'_>, s: &Scope) -> Option<Code> {
    let id = w.id();
    let template = "{ fn nested#(x: i32) -> i32 { if x > 2 { return mark(x); } x } \
                    const C#: i32 = { 3 }; nested#(~).wrapping_add(const { C# & 1 }) }";
    Some(fill(id, template, [w.suspension(s)]))
}
