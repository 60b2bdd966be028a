// `import type` erases a class: Nest then finds no provider for a constructor parameter, and no DTO to validate a body or query with
// ({"evil":1} gives 201). The compiler does not complain, so this rule does.
/** Decorators of classes that Nest instantiates, and of parameters that it validates. */
const made = ['Injectable', 'Controller', 'Module', 'Job'];
const validated = ['Body', 'Query', 'Param'];
const isTypeOnly = (declaration, specifier) => declaration.importKind === 'type' || specifier.importKind === 'type';
const decoratorName = ({ expression }) => (expression.type === 'CallExpression' ? expression.callee.name : expression.name);
const plain = parameter => (parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter);

/** The type's name where it is a plain reference: `orders: Orders` gives the identifier `Orders`. */
function typeName(parameter) {
  const { typeAnnotation } = plain(parameter).typeAnnotation ?? {};
  return typeAnnotation?.type === 'TSTypeReference' && typeAnnotation.typeName.type === 'Identifier' ? typeAnnotation.typeName : undefined;
}

/** @type {import('eslint').Rule.RuleModule} */
export const noErasedClass = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { erased: '{{name}} is imported as a type only: it is erased, and Nest needs the class here at run time.' },
  },
  create(context) {
    const erased = new Set();
    const judge = parameter => {
      const name = typeName(parameter);
      if (name && erased.has(name.name)) context.report({ node: name, messageId: 'erased', data: { name: name.name } });
    };
    return {
      ImportDeclaration(node) {
        for (const specifier of node.specifiers) if (isTypeOnly(node, specifier)) erased.add(specifier.local.name);
      },
      MethodDefinition(node) {
        const parameters = node.value.params;
        const isInjected =
          node.kind === 'constructor' && node.parent.parent.decorators.map(decoratorName).some(name => made.includes(name));
        for (const parameter of parameters) {
          const decorators = (parameter.decorators ?? []).map(decoratorName);
          if (isInjected ? decorators.length === 0 : decorators.some(name => validated.includes(name))) judge(parameter);
        }
      },
    };
  },
};
