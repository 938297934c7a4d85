// SPDX-License-Identifier: Apache-2.0

/// Functions.
extension Reader {
  /// `declare …`.
  mutating func declaration() throws(IRError) -> Function {
    var function = try header()
    try headerEnd(&function)
    return function
  }

  /// `define … { … }`.
  mutating func definition() throws(IRError) -> Function {
    var function = try header()
    try headerEnd(&function)
    guard at("{") else { throw unexpected("`{`") }
    try addBlocks()
    advance()
    body.returnType = function.returnType
    function.blocks = try blocks()
    function.registerNames = body.registerNames
    function.registerCount = body.registerNames.count
    if let register = body.undefinedRegister {
      let name = body.registerNames[register]
      throw error("%\(name) is not defined", at: body[register: register].place)
    }
    return function
  }

  // MARK: Header

  private mutating func header() throws(IRError) -> Function {
    body = Body()
    advance()
    var location: SourceLocation?
    while token.kind == .metadata { location = try attachment() ?? location }
    let linkage = try functionLinkage()
    let returnType = try type()
    let name = try symbol()
    let (parameters, isVariadic) = try parameters()
    return Function(
      name: name, returnType: returnType, parameters: parameters, isVariadic: isVariadic,
      isInternal: linkage.isInternal, isWeak: linkage.isWeak, blocks: [],
      registerCount: parameters.count, registerNames: body.registerNames, location: location)
  }

  /// Linkage is before the attributes of the result.
  private mutating func functionLinkage() throws(IRError) -> Linkage {
    var linkage = Linkage()
    if token.kind == .word { linkage.add(text(of: token)) }
    try skipResultAttributes()
    return linkage
  }

  private mutating func parameters() throws(IRError) -> ([Parameter], isVariadic: Bool) {
    try expect("(")
    var parameters: [Parameter] = []
    var isVariadic = false
    if !at(")") {
      repeat {
        if takeWord("...") {
          isVariadic = true
          break
        }
        parameters.append(try parameter(parameters.count))
      } while take(",")
    }
    try expect(")")
    return (parameters, isVariadic)
  }

  /// `ptr noundef %p`; without a name the parameter is numbered.
  private mutating func parameter(_ index: Int) throws(IRError) -> Parameter {
    let start = token.start
    let type = try type()
    let attributes = try parameterAttributes()
    if token.kind == .local {
      let register = try registerDefinition()
      try define(register, as: type, at: start)
    } else {
      try numberedParameter(index, type: type, at: start)
    }
    return Parameter(
      type: type, byValue: attributes.byValue, isStructReturn: attributes.isStructReturn)
  }

  private mutating func numberedParameter(_ index: Int, type: IRType, at place: Int)
    throws(IRError)
  {
    let name = "\(index)"
    let register = body.register(Array(name.utf8)[...], at: place) { name }
    guard register == index else { throw error("parameter \(index) has no name", at: place) }
    body[register: register] = Body.Register(type: type, isDefined: true, place: place)
  }

  /// From the parameters to the body or the line's end.
  private mutating func headerEnd(_ function: inout Function) throws(IRError) {
    while !atLineEnd, !at("{") {
      switch token.kind {
      case .metadata:
        let location = try attachment()
        function.location = function.location ?? location
      case .word:
        try headerProperty()
      case .attribute: advance()
      case .string:
        advance()
        if take("=") { _ = try string() }
      default: throw unexpected("a function's attribute")
      }
    }
  }

  /// `section "…"`, `comdat($x)`, `align 16`, `prefix i32 7`, or an attribute.
  private mutating func headerProperty() throws(IRError) {
    let name = try word()
    switch name {
    case "prefix", "prologue", "personality": _ = try typedConstant()
    default:
      if at("(") {
        try skipBrackets()
      } else if token.kind == .number || takesString(name) {
        advance()
      }
    }
  }

  /// A property with a string, unlike an attribute that a string attribute follows.
  private func takesString(_ property: String) -> Bool {
    token.kind == .string && ["section", "partition", "gc"].contains(property)
  }

  // MARK: Body

  /// Finds the labels, so that they can be mentioned before their blocks. An entry block without
  /// a label has the number after the parameters'.
  private mutating func addBlocks() throws(IRError) {
    var ahead = Lexer(bytes: bytes, position: token.start + 1)
    var isFirst = true
    var next = ahead.next()
    while !(next.kind == .punctuation && bytes[next.start] == UInt8(ascii: "}")) {
      if next.kind == .end { throw error("the text ends within a function", at: bytes.count) }
      if let label = label(next, in: ahead) {
        try addBlock(bytes[label.content], label: name(in: label))
        isFirst = false
      } else if isFirst {
        let number = body.unnamedRegisterCount
        try addBlock(Array("\(number)".utf8)[...], label: "\(number)")
        isFirst = false
      }
      next = ahead.nextLine()
    }
  }

  private mutating func addBlock(_ raw: ArraySlice<UInt8>, label: String) throws(IRError) {
    guard body.addBlock(raw, label: label) else {
      throw error("there are two blocks %\(label)")
    }
  }

  /// The token if it is a label: `name:`, `7:` or `"…":`.
  private func label(_ token: Token, in lexer: Lexer) -> Token? {
    switch token.kind {
    case .word, .number, .string:
      lexer.byte(at: lexer.position) == UInt8(ascii: ":") ? token : nil
    default: nil
    }
  }

  private mutating func blocks() throws(IRError) -> [Block] {
    var blocks: [Block] = []
    while !at("}") {
      if label(token, in: lexer) != nil {
        advance()
        advance()
      }
      guard body.labels.indices.contains(blocks.count) else { throw unexpected("a label") }
      let label = body.labels[blocks.count]
      blocks.append(Block(label: label, instructions: try instructions()))
    }
    advance()
    guard !blocks.isEmpty else { throw error("the function has no block") }
    return blocks
  }

  /// The instructions of a block, its terminator the last.
  private mutating func instructions() throws(IRError) -> [Instruction] {
    var instructions: [Instruction] = []
    while instructions.last?.operation.isTerminator != true {
      if token.kind == .attribute {
        try skipRecord()
      } else if let instruction = try locatedInstruction() {
        instructions.append(instruction)
      }
    }
    while token.kind == .attribute { try skipRecord() }
    guard at("}") || label(token, in: lexer) != nil else {
      throw unexpected("a label after the end of a block")
    }
    return instructions
  }

  /// An instruction; an error in it tells what `!dbg` says on its line.
  private mutating func locatedInstruction() throws(IRError) -> Instruction? {
    let start = token.start
    do throws(IRError) {
      return try instruction()
    } catch {
      var located = error
      located.location = located.location ?? locationHint(from: start)
      throw located
    }
  }

  /// `#dbg_declare(…)`.
  private mutating func skipRecord() throws(IRError) {
    guard text(of: token).hasPrefix("dbg_") else { throw unexpected("an instruction") }
    advance()
    try skipBrackets()
    guard atLineEnd else { throw unexpected("the end of the line") }
  }
}
