// SPDX-License-Identifier: Apache-2.0

/// Metadata attachments: `, !dbg !7, !prof !8`.
extension Reader {
  /// The rest of an instruction's line: an alignment and attachments. Returns what `!dbg` says.
  mutating func instructionEnd() throws(IRError) -> SourceLocation? {
    var location: SourceLocation?
    while !atLineEnd {
      try expect(",")
      if takeWord("align") {
        _ = try count()
      } else {
        location = try attachment() ?? location
      }
    }
    return location
  }

  /// `!name !7`; a location if the name is `dbg`.
  mutating func attachment() throws(IRError) -> SourceLocation? {
    guard token.kind == .metadata else { throw unexpected("an attachment") }
    let isDebug = text(of: token) == "dbg"
    advance()
    let value = token
    if take("!") {
      if at("{") { try skipBrackets() } else { _ = try string() }
      return nil
    }
    guard token.kind == .metadata else { throw unexpected("metadata") }
    let number = Int(text(of: token))
    advance()
    if at("(") { try skipBrackets() }
    guard let number else { return nil }
    guard debugInfo.isDefined(number) else {
      throw error("metadata !\(number) is not defined", at: value.start)
    }
    guard isDebug else { return nil }
    guard debugInfo.isNode(number) else {
      throw error("metadata !\(number) is no location", at: value.start)
    }
    return debugInfo.location(number)
  }

  /// What `!dbg` says on the line from a place on, if anything: for an error on that line.
  mutating func locationHint(from place: Int) -> SourceLocation? {
    var ahead = Lexer(bytes: bytes, position: place)
    _ = ahead.next()
    var token = ahead.next()
    while token.kind != .end, token.kind != .unterminated, !token.startsLine {
      let isDebug = token.kind == .metadata && text(of: token) == "dbg"
      token = ahead.next()
      if isDebug, token.kind == .metadata, let number = Int(text(of: token)) {
        return debugInfo.location(number)
      }
    }
    return nil
  }
}
