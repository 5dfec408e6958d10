//! What else may stand in a function: attributes, names, macros, ways out.
#![feature(coroutines)]

mod polling;

use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;

use polling::{later, run};

/// Documented.
#[coweave::coroutine]
#[must_use = "it is worth it"]
#[inline]
#[doc(alias = "other")]
pub(crate) fn attributed(
    #[expect(unused_variables, reason = "it is expected of the argument")] n: u32,
) -> u32 {
    later(1).await
}

mod inner {
    #[coweave::coroutine]
    #[deprecated(note = "for the test")]
    pub(in super::inner) fn old() -> u32 {
        super::later(2).await
    }

    #[coweave::coroutine]
    #[expect(deprecated, reason = "calls it")]
    pub(super) fn calls_old() -> u32 {
        old().await
    }
}

#[test]
fn functions_keep_their_attributes_and_visibility() {
    assert_eq!((run(attributed(0)).0, run(inner::calls_old()).0), (1, 2));
}

struct Shared(u32);

impl Shared {
    #[coweave::coroutine]
    fn counted(self: Rc<Self>) -> u32 {
        later(self.0).await
    }

    #[coweave::coroutine(yield = u32)]
    fn atomic(self: &Arc<Self>) {
        yield self.0;
    }

    #[coweave::coroutine(stream = u32)]
    fn boxed(mut self: Box<Self>) {
        self.0 += later(1).await;
        yield self.0;
    }
}

#[test]
fn receivers_may_be_any_pointer() {
    assert_eq!(run(Rc::new(Shared(1)).counted()).0, 1);
    assert_eq!(Arc::new(Shared(2)).atomic().sum::<u32>(), 2);
    assert_eq!(run(Box::new(Shared(3)).boxed().next()).0, Some(4));
}

#[coweave::coroutine]
fn r#fn(r#type: u32, r#match: &str) -> String {
    let r#loop = later(r#type).await;
    format!("{loop}{match}{}", r#type, loop = r#loop, match = r#match)
}

#[test]
fn identifiers_may_be_raw() {
    assert_eq!(run(r#fn(1, "x")).0, "1x1");
}

#[coweave::coroutine(yield = String)]
fn shadows(value: u32) -> u32 {
    yield value.to_string();
    let value = value + 1;
    {
        let value = format!("<{value}>");
        yield value;
    }
    for value in [value * 10, value * 20] {
        yield value.to_string();
    }
    let __item = value;
    let __cx = __item;
    let __leaf = __cx;
    yield format!("{__leaf}");
    let value = "text";
    yield value.to_owned();
    __leaf
}

#[test]
fn names_may_be_shadowed_and_like_those_of_the_macro() {
    let mut generator = shadows(1);
    assert_eq!(generator.by_ref().collect::<Vec<_>>(), ["1", "<2>", "20", "40", "2", "text"]);
    assert_eq!(generator.take_return(), Some(2));
}

#[coweave::coroutine]
fn returns(at: u32) -> u32 {
    if at == 0 {
        return later(0).await;
    }
    let n: u32 = later(if at == 1 { return 1 } else { at }).await;
    let all = vec![later(n).await, if at == 2 { return 2 } else { 9 }];
    match later(all).await[1] {
        9 if at == 3 => return 3,
        _ => {}
    }
    let Some(n) = later(n.checked_sub(5)).await else { return 4 };
    let closure = || -> u32 {
        if n > 100 {
            return 0;
        }
        5 + n
    };
    closure()
}

#[coweave::coroutine(yield = u32)]
fn returns_in_yield(is_early: bool) -> &'static str {
    yield if is_early { return "early" } else { 1 };
    yield_all!([2, if is_early { unreachable!() } else { 3 }]);
    "late"
}

#[test]
fn a_return_may_stand_anywhere() {
    let outputs = [0, 1, 2, 3, 4, 7].map(|at| run(returns(at)).0);
    assert_eq!(outputs, [0, 1, 2, 3, 4, 7]);
    let mut late = returns_in_yield(false);
    assert_eq!(late.by_ref().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(late.take_return(), Some("late"));
    let mut early = returns_in_yield(true);
    assert_eq!((early.next(), early.take_return()), (None, Some("early")));
}

#[coweave::coroutine(yield = u32)]
fn outer(to: u32) {
    #[coweave::coroutine(yield = u32)]
    fn squares(to: u32) {
        for n in 0..to {
            yield n * n;
        }
    }
    #[coweave::coroutine]
    fn task(n: u32) -> u32 {
        later(n).await
    }
    struct Local;
    impl Local {
        #[coweave::coroutine(stream = u32)]
        fn stream(&self) {
            yield later(100).await;
        }
    }
    yield_all!(squares(to));
    yield run(task(50)).0;
    yield run(Local.stream().next()).0.unwrap_or(0);
}

#[test]
fn coroutines_may_be_nested_in_one_another() {
    assert_eq!(outer(3).collect::<Vec<_>>(), [0, 1, 4, 50, 100]);
}

#[coweave::coroutine]
#[expect(clippy::dbg_macro, reason = "under test")]
fn in_macros(trace: &RefCell<String>) -> Result<u32, std::fmt::Error> {
    use std::dbg as printed;
    use std::fmt::Write;
    let sum = printed!(later(1).await) + printed!(later(2).await, later(3).await).1;
    assert_ne!(later(1).await, later(2).await, "with {}", later("a message").await);
    debug_assert_eq!(later(sum).await, 4);
    assert!(matches!(later(Some(sum)).await, Some(4)) && later(true).await);
    let mut text = String::new();
    write!(text, "{}{:>width$}", later(1).await, later(2).await, width = later(3).await)?;
    writeln!(&mut text, "{:?}", vec![vec![later(1).await]; later(2).await])?;
    trace.borrow_mut().push_str(&text);
    if later(false).await {
        panic!("{}", later("why").await);
    }
    std::thread_local!(static LOCAL: u32 = const { 5 });
    Ok(LOCAL.with(|n| *n) + std::convert::identity(later(1).await))
}

#[test]
fn expressions_in_the_arguments_of_macros_suspend() {
    let trace = RefCell::default();
    assert_eq!(run(in_macros(&trace)).0, Ok(6));
    assert_eq!(trace.into_inner(), "1  2[[1], [1]]\n");
}

#[coweave::coroutine]
fn if_let_temporaries(cell: &RefCell<Option<u32>>) -> u32 {
    if let Some(n) = later(cell.borrow_mut().take()).await {
        return n + u32::from(cell.try_borrow_mut().is_err()) * 10;
    } else {
        *cell.borrow_mut() = Some(7);
    }
    let Some(n) = later(cell.borrow_mut().take()).await else {
        return u32::from(cell.try_borrow_mut().is_ok());
    };
    n + u32::from(cell.try_borrow_mut().is_ok()) * 10
}

#[test]
fn temporaries_of_an_if_let_end_before_its_else() {
    assert_eq!(run(if_let_temporaries(&RefCell::new(Some(1)))).0, 11, "not in the first block");
    assert_eq!(run(if_let_temporaries(&RefCell::new(None))).0, 17);
}

#[coweave::coroutine(yield = impl Display + 'a)]
fn opaque_items<'a>(a: &'a str, b: impl Display + 'a) -> impl Display {
    yield a;
    yield &a[1..];
    b
}

#[coweave::coroutine]
fn trait_objects(all: Vec<Box<dyn Fn(u32) -> u32 + '_>>, extra: &dyn Display) -> Box<dyn Display> {
    let mut sum = 0;
    for f in &all {
        sum += f(later(1).await);
    }
    Box::new(format!("{sum}{extra}"))
}

#[coweave::coroutine(yield = T, resume = Option<T>)]
fn with_default<T: Clone + Default, const N: usize>(values: [T; N]) -> Vec<T>
where
    [T; N]: IntoIterator<Item = T>,
{
    let mut answers = vec![];
    for value in values {
        answers.push((yield value).unwrap_or_default());
    }
    answers
}

#[test]
fn types_may_be_opaque_dynamic_and_generic() {
    let mut items = opaque_items("ab", 5);
    let all: Vec<String> = items.by_ref().map(|it| it.to_string()).collect();
    assert_eq!(all, ["ab", "b"]);
    assert_eq!(items.take_return().unwrap().to_string(), "5");
    let by = 3;
    let all: Vec<Box<dyn Fn(u32) -> u32>> = vec![Box::new(|n| n + 1), Box::new(move |n| n * by)];
    assert_eq!(run(trait_objects(all, &'!')).0.to_string(), "5!");
    let mut generator = with_default([1, 2]);
    let _first = generator.start();
    let _second = generator.resume(Some(5));
    assert_eq!(generator.resume(None), coweave::CoroutineState::Complete(vec![5, 0]));
}
