export { apiGatewayConfig, type ApiGatewayConfig } from './api-gateway.config';
export { startApiGateway } from './api-gateway.application';
