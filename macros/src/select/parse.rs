//! `biased; pattern = future, if guard => handler, …, else => handler`.

use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Pat, Token};

mod keyword {
    syn::custom_keyword!(biased);
}

const FORM: &str = "a branch is `pattern = future => handler`";
const GUARD: &str = "a guard stands behind the future: `pattern = future, if condition => handler`";

/// What stands in the braces.
pub(crate) struct Select {
    pub(crate) is_biased: bool,
    pub(crate) branches: Vec<Branch>,
    pub(crate) otherwise: Option<Expr>,
}

pub(crate) struct Branch {
    pub(crate) pattern: Pat,
    pub(crate) future: Expr,
    pub(crate) guard: Option<Expr>,
    pub(crate) handler: Expr,
}

/// Reads `biased;`, if it stands next.
pub(crate) fn biased(input: ParseStream<'_>) -> syn::Result<bool> {
    if !input.peek(keyword::biased) {
        return Ok(false);
    }
    let ahead = input.fork();
    ahead.parse::<keyword::biased>()?;
    if ahead.peek(Token![,]) || ahead.peek(Token![=>]) {
        return Err(input.error("`biased` is followed by `;`: `biased;`"));
    }
    if !ahead.peek(Token![;]) {
        return Ok(false);
    }
    ahead.parse::<Token![;]>()?;
    input.advance_to(&ahead);
    Ok(true)
}

impl Parse for Select {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut this = Self { is_biased: biased(input)?, branches: Vec::new(), otherwise: None };
        while !input.is_empty() {
            if input.peek(Token![else]) {
                this.otherwise(input)?;
                continue;
            }
            let at = input.span();
            if biased(input)? {
                return Err(Error::new(at, "`biased;` comes first, once: move it to the head"));
            }
            let branch = branch(input)?;
            this.branches.push(branch);
        }
        if this.branches.is_empty() {
            let message = format!("`select!` needs a branch to wait for; {FORM}");
            return Err(this.otherwise.as_ref().map_or_else(
                || Error::new(input.span(), &message),
                |handler| Error::new_spanned(handler, &message),
            ));
        }
        Ok(this)
    }
}

impl Select {
    fn otherwise(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let token: Token![else] = input.parse()?;
        if input.peek(Token![if]) {
            let message = "`else` runs when no branch is left, without a guard; remove this";
            return Err(input.error(message));
        }
        arrow(input, "`else` is followed by `=> handler`")?;
        self.otherwise = Some(handler(input)?);
        if input.is_empty() {
            return Ok(());
        }
        if input.peek(Token![else]) {
            return Err(input.error("`else` is given twice; remove one"));
        }
        Err(Error::new(token.span, "`else` comes last: move it behind the other branches"))
    }
}

fn branch(input: ParseStream<'_>) -> syn::Result<Branch> {
    let at = input.span();
    let pattern = Pat::parse_multi_with_leading_vert(input)
        .map_err(|_| Error::new(at, format!("expected a pattern; {FORM}")))?;
    if input.peek(Token![if]) {
        return Err(input.error(GUARD));
    }
    if input.peek(Token![=>]) {
        return Err(input.error(format!("`= future` is missing before this; {FORM}")));
    }
    if !input.peek(Token![=]) || input.peek(Token![==]) {
        return Err(input.error(format!("expected `=` and a future; {FORM}")));
    }
    input.parse::<Token![=]>()?;
    if input.peek(Token![=>]) || input.peek(Token![,]) || input.is_empty() {
        return Err(input.error(format!("expected a future; {FORM}")));
    }
    let future: Expr = input.parse()?;
    let guard = guard(input)?;
    let missing = if guard.is_some() {
        "expected `=>` and a handler behind the guard: `pattern = future, if condition => handler`"
            .to_owned()
    } else {
        format!("expected `=>` and a handler; {FORM}")
    };
    arrow(input, &missing)?;
    let handler = handler(input)?;
    Ok(Branch { pattern, future, guard, handler })
}

fn guard(input: ParseStream<'_>) -> syn::Result<Option<Expr>> {
    if input.peek(Token![if]) {
        return Err(input
            .error("a comma stands before a guard: `pattern = future, if condition => handler`"));
    }
    if !(input.peek(Token![,]) && input.peek2(Token![if])) {
        return Ok(None);
    }
    input.parse::<Token![,]>()?;
    input.parse::<Token![if]>()?;
    if input.peek(Token![let]) {
        return Err(input.error("a guard is a `bool`; for a pattern use `matches!`"));
    }
    let guard = input.parse()?;
    // As rustfmt breaks lines, one is sooner left behind than meant.
    if input.peek(Token![,]) && input.peek2(Token![=>]) {
        return Err(input.error("no comma stands between a guard and `=>`; remove it"));
    }
    Ok(Some(guard))
}

fn arrow(input: ParseStream<'_>, message: &str) -> syn::Result<()> {
    if !input.peek(Token![=>]) {
        return Err(input.error(message));
    }
    input.parse::<Token![=>]>()?;
    Ok(())
}

/// As the body of a `match` arm: what ends in a block needs no comma.
fn handler(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(input.error("expected a handler behind `=>`; `{}` does nothing"));
    }
    let handler = Expr::parse_with_earlier_boundary_rule(input)?;
    if input.peek(Token![if]) && !ends_in_a_block(&handler) {
        return Err(input.error(GUARD));
    }
    let comma: Option<Token![,]> = input.parse()?;
    if comma.is_none() && !input.is_empty() && !ends_in_a_block(&handler) {
        let message = "expected `,` before this, because the handler before it is no block";
        return Err(input.error(message));
    }
    Ok(handler)
}

fn ends_in_a_block(handler: &Expr) -> bool {
    // A macro by example passes a block on in such a group.
    if let Expr::Group(group) = handler {
        return ends_in_a_block(&group.expr);
    }
    matches!(
        handler,
        Expr::Block(_)
            | Expr::Unsafe(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::While(_)
            | Expr::Loop(_)
            | Expr::ForLoop(_)
            | Expr::TryBlock(_)
            | Expr::Const(_)
    )
}
