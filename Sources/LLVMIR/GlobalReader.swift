// SPDX-License-Identifier: Apache-2.0

/// Global variables.
extension Reader {
  /// `@name = … global i32 7, …`.
  mutating func global() throws(IRError) -> Global {
    let start = token.start
    let name = try symbol()
    try expect("=")
    let linkage = try globalLinkage(of: name, at: start)
    let isConstant = atWord("constant")
    advance()
    let type = try type()
    let initializer = linkage.isExternal ? nil : try constant(of: type)
    var global = Global(
      name: name, type: type, initializer: initializer, isConstant: isConstant,
      isInternal: linkage.isInternal, isWeak: linkage.isWeak,
      isThreadLocal: linkage.isThreadLocal, section: nil, location: nil)
    try globalEnd(&global)
    return global
  }

  /// Up to `global` or `constant`.
  private mutating func globalLinkage(of name: String, at place: Int) throws(IRError) -> Linkage {
    var linkage = Linkage()
    while !atWord("global"), !atWord("constant") {
      let word = try word()
      if word == "alias" || word == "ifunc" {
        throw error("@\(name): an \(word) is not supported", at: place)
      }
      linkage.add(word)
      if at("(") { try skipBrackets() }
    }
    return linkage
  }

  /// `, section "…", align 8, !dbg !7`.
  private mutating func globalEnd(_ global: inout Global) throws(IRError) {
    while !atLineEnd {
      if token.kind == .attribute {
        advance()
        continue
      }
      try expect(",")
      if token.kind == .metadata {
        let location = try attachment()
        global.location = global.location ?? location
      } else if takeWord("section") {
        global.section = try string()
      } else {
        try skipGlobalProperty()
      }
    }
  }

  /// `align 8`, `comdat($x)`, `no_sanitize_address`, `partition "…"`.
  private mutating func skipGlobalProperty() throws(IRError) {
    _ = try word()
    if at("(") {
      try skipBrackets()
    } else if token.kind == .number || token.kind == .string {
      advance()
    }
  }
}
