//! Rewrites `.await`, `yield` and `yield_all!` in a body.
//!
//! It goes where the body's own control flow goes: not into nested items, nor into closures and
//! `async` blocks, where it only looks for what is misplaced.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprAsync, ExprClosure, ExprMatch, Macro, Stmt, Token, Type};

use crate::args::{Args, Kind};
use crate::errors::Errors;
use crate::lowering::{self, Lowering};
use crate::several::Several;
use crate::signature::generated;

/// Rewrites `body`, and reports what is misplaced in it.
pub(crate) fn body(body: &mut Block, args: &Args, function: &str, errors: &mut Errors) {
    let Args { kind, root, .. } = args;
    let lowering = Lowering { kind, root, function };
    let mut rewriter = Rewriter {
        lowering,
        kind,
        scope: Scope::Body,
        rewritten_count: 0,
        is_wrong_kind: false,
        errors,
    };
    rewriter.visit_block_mut(body);
}

#[derive(Clone, Copy, PartialEq)]
enum Scope {
    Body,
    Closure,
    Async,
}

struct Rewriter<'a> {
    lowering: Lowering<'a>,
    kind: &'a Kind,
    scope: Scope,
    rewritten_count: usize,
    /// Whether it was said that the function has the wrong kind; that is one mistake.
    is_wrong_kind: bool,
    errors: &'a mut Errors,
}

impl VisitMut for Rewriter<'_> {
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_type_mut(&mut self, _: &mut Type) {}
    fn visit_pat_mut(&mut self, _: &mut syn::Pat) {}
    fn visit_expr_const_mut(&mut self, _: &mut syn::ExprConst) {}

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        if closure.attrs.iter().any(|attr| attr.path().is_ident("coroutine")) {
            return;
        }
        let scope = if closure.asyncness.is_some() { Scope::Async } else { Scope::Closure };
        self.within(scope, |this| visit_mut::visit_expr_closure_mut(this, closure));
    }

    fn visit_expr_async_mut(&mut self, block: &mut ExprAsync) {
        self.within(Scope::Async, |this| visit_mut::visit_expr_async_mut(this, block));
    }

    fn visit_expr_match_mut(&mut self, it: &mut ExprMatch) {
        self.visit_expr_mut(&mut it.expr);
        let mut suspends_in_guard = false;
        for arm in &mut it.arms {
            let before = self.rewritten_count;
            if let Some((_, guard)) = &mut arm.guard {
                self.visit_expr_mut(guard);
            }
            suspends_in_guard |= self.rewritten_count > before;
            self.visit_expr_mut(&mut arm.body);
        }
        if suspends_in_guard && is_indexed_place(&it.expr) {
            borrow_scrutinee(it);
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(it) = stmt
            && (is_yield_all(&it.mac) || self.several(&it.mac).is_some())
        {
            let attrs = std::mem::take(&mut it.attrs);
            let is_statement = it.semi_token.is_none() && is_yield_all(&it.mac);
            let semi =
                it.semi_token.or_else(|| is_statement.then(|| Token![;](Span::mixed_site())));
            *stmt = Stmt::Expr(Expr::Macro(syn::ExprMacro { attrs, mac: it.mac.clone() }), semi);
        }
        let awaits = matches!(stmt, Stmt::Expr(Expr::Await(_), Some(_)));
        visit_mut::visit_stmt_mut(self, stmt);
        if let Stmt::Expr(expr, Some(_)) = stmt
            && awaits
        {
            lowering::put_into_block(expr);
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Macro(it) = expr
            && is_yield_all(&it.mac)
        {
            self.yield_all(expr);
            return;
        }
        if let Expr::Macro(it) = expr
            && let Some(several) = self.several(&it.mac)
        {
            match several.in_coroutine(&it.mac, self.lowering.root, self.lowering.function) {
                Ok(expanded) => *expr = lowering::with_attributes(&it.attrs, expanded),
                Err(error) => return self.errors.push(error),
            }
        }
        visit_mut::visit_expr_mut(self, expr);
        let lowered = match expr {
            Expr::Await(it) => self.await_expr(it),
            Expr::Yield(it) => self.yield_expr(it),
            _ => None,
        };
        if let Some(lowered) = lowered {
            self.rewritten_count += 1;
            *expr = lowered;
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let before = self.rewritten_count;
        if let Some(tokens) = self.macro_arguments(mac)
            && self.rewritten_count > before
        {
            mac.tokens = tokens;
        }
    }
}

impl Rewriter<'_> {
    fn within(&mut self, scope: Scope, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, scope);
        visit(self);
        self.scope = outer;
    }

    fn await_expr(&mut self, it: &mut syn::ExprAwait) -> Option<Expr> {
        let message = match (self.scope, self.kind) {
            (Scope::Async, _) => return None,
            (Scope::Closure, _) => {
                "a closure cannot suspend the coroutine around it: `.await` before the \
                 closure, or make it an `async` closure and `.await` what it returns"
            }
            (Scope::Body, Kind::Generator { .. }) => {
                "a generator cannot `.await`: to do both, make the function a stream with \
                 `stream = T` in place of `yield = T`"
            }
            (Scope::Body, Kind::Task | Kind::Stream { .. }) => {
                return Some(self.lowering.await_expr(it));
            }
        };
        self.report(it.await_token, message);
        None
    }

    fn yield_expr(&mut self, it: &mut syn::ExprYield) -> Option<Expr> {
        if let Some(message) = self.cannot_yield("yield") {
            self.report(it.yield_token, &message);
            return None;
        }
        Some(self.lowering.yield_expr(it))
    }

    fn yield_all(&mut self, expr: &mut Expr) {
        let Expr::Macro(it) = expr else { return };
        if let Some(message) = self.cannot_yield("yield_all!") {
            self.report(&it.mac.path, &message);
            return;
        }
        let mut source = match it.mac.parse_body::<Expr>() {
            Ok(source) => source,
            Err(_) => {
                let message = "`yield_all!` takes one expression: a generator, an iterator or, in a \
                     stream, a stream";
                self.errors.at(&it.mac, message);
                return;
            }
        };
        self.visit_expr_mut(&mut source);
        self.rewritten_count += 1;
        *expr = self.lowering.yield_all(&it.attrs, &it.mac, &source);
    }

    /// Elsewhere than in the body the compiler expands them.
    fn several(&self, mac: &Macro) -> Option<Several> {
        let is_in_body = self.scope == Scope::Body;
        is_in_body.then(|| Several::of(mac, self.lowering.root)).flatten()
    }

    fn report(&mut self, token: impl ToTokens, message: &str) {
        let is_repeated =
            self.scope == Scope::Body && std::mem::replace(&mut self.is_wrong_kind, true);
        if !is_repeated {
            self.errors.at(token, message);
        }
    }

    fn cannot_yield(&self, what: &str) -> Option<String> {
        match (self.scope, self.kind) {
            (Scope::Async, _) => Some(format!(
                "an `async` block has no one to yield to: move `{what}` out of it, into the \
                 body of the coroutine"
            )),
            (Scope::Closure, _) => Some(format!(
                "a closure cannot suspend the coroutine around it: move `{what}` out of the \
                 closure, for example into a `for` loop"
            )),
            (Scope::Body, Kind::Task) => Some(format!(
                "a task has no one to `{what}` to: add `(yield = T)` to the attribute for a \
                 generator, or `(stream = T)` for a stream; to let other tasks run, \
                 `coweave::yield_now().await`"
            )),
            (Scope::Body, Kind::Generator { .. } | Kind::Stream { .. }) => None,
        }
    }

    /// Rewrites the arguments of a macro, if they are expressions: `a, b`, `a; b`, or an expression
    /// followed by anything, as in `matches!(e, pattern)`.
    fn macro_arguments(&mut self, mac: &Macro) -> Option<TokenStream> {
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(mut list) = mac.parse_body_with(list) {
            let message = self.assertion_message(mac, &list);
            list.iter_mut().for_each(|expr| self.visit_expr_mut(expr));
            return Some(quote!(#list #message));
        }
        let leading = |input: ParseStream<'_>| {
            let first: Expr = input.parse()?;
            if !input.peek(Token![;]) && !input.peek(Token![,]) {
                return Err(input.error("no list"));
            }
            let separator = input.parse::<proc_macro2::TokenTree>()?;
            Ok((first, separator, input.parse::<TokenStream>()?))
        };
        let (mut first, separator, rest) = leading.parse2(mac.tokens.clone()).ok()?;
        self.visit_expr_mut(&mut first);
        let is_repeat = separator.to_string() == ";";
        let rest = match syn::parse2::<Expr>(rest.clone()) {
            Ok(mut count) if is_repeat => {
                self.visit_expr_mut(&mut count);
                count.into_token_stream()
            }
            _ => rest,
        };
        Some(quote!(#first #separator #rest))
    }

    /// `assert!(e)` prints `e` as it was compiled; this says it as it was written.
    fn assertion_message(
        &self,
        mac: &Macro,
        list: &Punctuated<Expr, Token![,]>,
    ) -> Option<TokenStream> {
        let is_assertion = mac.path.is_ident("assert") || mac.path.is_ident("debug_assert");
        if !is_assertion || list.len() != 1 {
            return None;
        }
        let written = mac.tokens.to_string().replace('{', "{{").replace('}', "}}");
        let message = format!("assertion failed: {}", written.trim_end_matches(','));
        let comma = (!list.trailing_punct()).then(<Token![,]>::default);
        Some(quote!(#comma #message))
    }
}

/// Whether a place is an element of something, or a part of one.
fn is_indexed_place(place: &Expr) -> bool {
    match place {
        Expr::Index(_) => true,
        Expr::Field(it) => is_indexed_place(&it.base),
        Expr::Paren(it) => is_indexed_place(&it.expr),
        Expr::Group(it) => is_indexed_place(&it.expr),
        _ => false,
    }
}

/// Matches on `*&a[i]` in place of `a[i]`.
///
/// The compiler does not keep `i` across a suspension in a guard, and then tests the later arms on
/// another element, or on none; it does keep a reference.
fn borrow_scrutinee(it: &mut ExprMatch) {
    struct RefMut(bool);
    impl VisitMut for RefMut {
        fn visit_pat_ident_mut(&mut self, pat: &mut syn::PatIdent) {
            self.0 |= pat.by_ref.is_some() && pat.mutability.is_some();
            visit_mut::visit_pat_ident_mut(self, pat);
        }
    }
    let mut ref_mut = RefMut(false);
    it.arms.iter_mut().for_each(|arm| ref_mut.visit_pat_mut(&mut arm.pat));
    let place = &it.expr;
    let span = generated(place.span());
    let borrow = if ref_mut.0 { quote_spanned!(span=> &mut) } else { quote_spanned!(span=> &) };
    *it.expr = Expr::Verbatim(quote_spanned!(span=> *#borrow #place));
}

fn is_yield_all(mac: &Macro) -> bool {
    mac.path.segments.last().is_some_and(|last| last.ident == "yield_all")
}
