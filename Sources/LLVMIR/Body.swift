// SPDX-License-Identifier: Apache-2.0

/// What is known of the function being read: its registers and its blocks.
struct Body {
  var returnType = IRType.void
  private(set) var labels: [String] = []
  private var labelNumbers = NameTable()
  private(set) var registerNames: [String] = []
  private var registerNumbers = NameTable()
  private var registers: [Register] = []

  /// A register, perhaps only mentioned so far.
  struct Register {
    /// As it is used or defined; nil while that is not known.
    var type: IRType?
    var isDefined = false
    /// Where it is first mentioned.
    var place: Int
  }

  /// Adds a block; false if its label is taken.
  mutating func addBlock(_ raw: ArraySlice<UInt8>, label: String) -> Bool {
    guard labelNumbers.number(of: raw) == labels.count else { return false }
    labels.append(label)
    return true
  }

  func block(_ raw: ArraySlice<UInt8>) -> Int? { labelNumbers.find(raw) }

  /// The register of a name, a new one at the first mention.
  mutating func register(_ raw: ArraySlice<UInt8>, at place: Int, name: () -> String) -> Int {
    let number = registerNumbers.number(of: raw)
    if number == registers.count {
      registers.append(Register(place: place))
      registerNames.append(name())
    }
    return number
  }

  subscript(register number: Int) -> Register {
    get { registers.indices.contains(number) ? registers[number] : Register(place: 0) }
    set { if registers.indices.contains(number) { registers[number] = newValue } }
  }

  /// How many of the registers so far are `%0`, `%1`…
  var unnamedRegisterCount: Int {
    registerNames.count { $0.utf8.allSatisfy(Lexer.isDigit) }
  }

  /// The first register that is used but nowhere defined.
  var undefinedRegister: Int? { registers.firstIndex { !$0.isDefined } }
}

extension Reader {
  /// Takes `%name` as a use of a register as a value of a type.
  mutating func registerUse(as type: IRType) throws(IRError) -> Int {
    let number = try registerMention()
    guard let known = body[register: number].type else {
      body[register: number].type = type
      return number
    }
    guard known == type else {
      throw error("%\(body.registerNames[number]) is used as a value of another type")
    }
    return number
  }

  /// Takes `%name` where the register is defined.
  mutating func registerDefinition() throws(IRError) -> Int {
    let start = token.start
    let number = try registerMention()
    guard !body[register: number].isDefined else {
      throw error("%\(body.registerNames[number]) is defined twice", at: start)
    }
    body[register: number].isDefined = true
    return number
  }

  /// Records the type of the register that an instruction defines.
  mutating func define(_ number: Int, as type: IRType, at place: Int) throws(IRError) {
    if let used = body[register: number].type, used != type {
      throw error("%\(body.registerNames[number]) is used as a value of another type", at: place)
    }
    body[register: number].type = type
  }

  private mutating func registerMention() throws(IRError) -> Int {
    guard token.kind == .local else { throw unexpected("a register") }
    let mention = token
    advance()
    let bytes = bytes
    return body.register(bytes[mention.content], at: mention.start) { mention.name(in: bytes) }
  }

  /// Takes `label %name`.
  mutating func target() throws(IRError) -> Int {
    try expectWord("label")
    return try blockName()
  }

  /// Takes `%name` as a block's.
  mutating func blockName() throws(IRError) -> Int {
    guard token.kind == .local else { throw unexpected("a block") }
    guard let block = body.block(bytes[token.content]) else {
      throw error("there is no block %\(name(in: token))")
    }
    advance()
    return block
  }
}
