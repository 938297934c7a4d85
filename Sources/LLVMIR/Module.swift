// SPDX-License-Identifier: Apache-2.0

/// One translation unit of LLVM IR, as clang prints it at -O0 with debug information.
public struct Module: Sendable {
  /// The name clang was given for the main source file.
  public var sourceFile: String
  /// What `!llvm.ident` says of the compiler, for example `clang version 21.0.0 (…)`.
  public var producer: String?
  /// Global variables and constants by name, without the `@`.
  public var globals: [String: Global]
  /// Functions, declared or defined, by name, without the `@`.
  public var functions: [String: Function]

  /// Makes a module from its parts.
  public init(
    sourceFile: String, producer: String?, globals: [String: Global],
    functions: [String: Function]
  ) {
    self.sourceFile = sourceFile
    self.producer = producer
    self.globals = globals
    self.functions = functions
  }
}

/// A place in a C source file, as `#line` presents it.
public struct SourceLocation: Sendable, Hashable {
  /// The file's name as clang was given it.
  public var file: String
  /// The line, from 1; 0 where clang gave none.
  public var line: Int
  /// The column, from 1; 0 where clang gave none.
  public var column: Int

  /// Makes a location.
  public init(file: String, line: Int, column: Int = 0) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// A first-class type. Named structs are resolved while reading, so that equal layouts are equal.
public indirect enum IRType: Sendable, Hashable {
  case void
  /// An integer of 1 to 64 bits.
  case integer(Int)
  /// An opaque pointer, 64 bits.
  case pointer
  case array(count: Int, element: IRType)
  case structure(fields: [IRType], packed: Bool)
  /// A type that the semantics does not have (float, vector, wide integer…), by its text.
  case unsupported(String)
}

/// A global variable or constant.
public struct Global: Sendable {
  public var name: String
  public var type: IRType
  /// Nil for an `external` declaration.
  public var initializer: Constant?
  public var isConstant: Bool
  /// `internal` or `private`: the name is the module's own.
  public var isInternal: Bool
  /// `weak`: a strong definition of the same name in another module wins.
  public var isWeak: Bool
  public var section: String?
  public var location: SourceLocation?

  public init(
    name: String, type: IRType, initializer: Constant?, isConstant: Bool, isInternal: Bool,
    isWeak: Bool, section: String?, location: SourceLocation?
  ) {
    self.name = name
    self.type = type
    self.initializer = initializer
    self.isConstant = isConstant
    self.isInternal = isInternal
    self.isWeak = isWeak
    self.section = section
    self.location = location
  }
}

/// A constant expression.
public indirect enum Constant: Sendable, Hashable {
  /// The value's low bits, zero-extended to 64.
  case integer(UInt64, width: Int)
  case null
  /// `undef` or `poison`.
  case undefined
  /// `zeroinitializer` of the type at hand.
  case zero
  /// The address of a global or a function.
  case global(String)
  /// The elements of an array or a struct, in order (a `c"…"` string is an array of bytes).
  case aggregate([TypedConstant])
  /// An address computed from another: `getelementptr (sourceType, base, indices…)`.
  case elementPointer(source: IRType, base: TypedConstant, indices: [TypedConstant])
  /// `ptrtoint`, `inttoptr`, `bitcast`, `trunc`, `zext`, `sext`.
  case cast(CastOperator, TypedConstant, to: IRType)
  /// `add`, `sub`, … of constants.
  case binary(BinaryOperator, TypedConstant, TypedConstant)
}

/// A constant with its type.
public struct TypedConstant: Sendable, Hashable {
  public var type: IRType
  public var value: Constant

  public init(type: IRType, value: Constant) {
    self.type = type
    self.value = value
  }
}
